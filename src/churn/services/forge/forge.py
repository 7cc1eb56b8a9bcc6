"""Two questions to GitHub's REST API: open a pull request, start a workflow."""

from dataclasses import dataclass, field
from typing import Any

import requests

from churn.errors import ServiceDown, ServiceError, ServiceStrange, SettingsError

SECONDS = (5, 30)
DONE = range(200, 300)
"""A redirect is none: the token is not carried elsewhere."""
HINTS = {
    401: "the token is wrong or has run out",
    403: "the job needs the permissions pull-requests: write and actions: write, and the repository must let "
    "workflows open pull requests (Settings, Actions, General)",
    404: "the token does not see this repository, or the workflow is not on the default branch",
}


@dataclass(frozen=True)
class Forge:
    """One repository of a forge; `url` is the API's, `repository` is owner/name."""

    url: str
    repository: str
    token: str = field(repr=False)

    def __post_init__(self) -> None:
        """Refuse to be without an address. Raises SettingsError."""
        missing = [name for name in ("url", "repository", "token") if not getattr(self, name).strip()]
        if missing:
            raise SettingsError(
                f"no {', '.join(missing)} of the forge: set GITHUB_API_URL, GITHUB_REPOSITORY, GH_TOKEN"
            )

    def propose(self, head: str, base: str, title: str, body: str) -> str:
        """Open a pull request, or renew the one that is open for this branch; give its address. Raises ServiceError."""
        found = self._ask(
            "GET", "pulls", params={"head": f"{self.repository.partition('/')[0]}:{head}", "state": "open"}
        )
        said = {"title": title, "body": body}
        if isinstance(found, list) and found:
            return _address(self._ask("PATCH", f"pulls/{found[0]['number']}", json=said))
        return _address(self._ask("POST", "pulls", json=said | {"head": head, "base": base}))

    def start(self, workflow: str, ref: str) -> None:
        """Start a workflow on a branch: what a workflow's own token pushes starts none. Raises ServiceError."""
        self._ask("POST", f"actions/workflows/{workflow}/dispatches", json={"ref": ref})

    def _ask(self, method: str, path: str, **said: Any) -> Any:
        address = f"{self.url.rstrip('/')}/repos/{self.repository}/{path}"
        head = {"Authorization": f"Bearer {self.token}", "Accept": "application/vnd.github+json"}
        try:
            answer = requests.request(method, address, headers=head, timeout=SECONDS, allow_redirects=False, **said)
        except requests.RequestException as fault:
            raise ServiceDown(f"{address} does not answer ({type(fault).__name__}); run the step again") from fault
        if answer.status_code not in DONE:
            hint = HINTS.get(answer.status_code, answer.text[:200])
            raise ServiceError(f"{method} {address}: {answer.status_code}; {hint}", status=answer.status_code)
        try:
            return answer.json() if answer.content else None
        except ValueError as fault:
            raise ServiceStrange(f"{address} does not answer in JSON; is it the API's address?") from fault


def _address(told: Any) -> str:
    if not isinstance(told, dict) or "html_url" not in told:
        raise ServiceStrange("the forge's answer names no pull request")
    return str(told["html_url"])
