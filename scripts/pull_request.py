"""Open the pull request of a retraining: its text is the evidence card of the branch."""

from typing import Annotated

import typer

from churn.entrance import run
from churn.services.forge.forge import Forge
from churn.services.forge.proposal import propose

Api = Annotated[str, typer.Option(envvar="GITHUB_API_URL", help="the forge's API")]
Repository = Annotated[str, typer.Option(envvar="GITHUB_REPOSITORY", help="owner/name")]
Token = Annotated[
    str | None, typer.Option(envvar="GH_TOKEN", help="a token that may open pull requests", show_envvar=False)
]


def main(
    api: Api = "", repository: Repository = "", token: Token = None, base: str = "main", checks: str = "quality.yml"
) -> None:
    """Propose."""
    typer.echo(propose(Forge(api, repository, token or ""), base, checks))


if __name__ == "__main__":
    run(main)
