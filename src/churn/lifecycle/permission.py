"""May this challenger become champion now, and what would move if it did."""

from dataclasses import dataclass

from churn.errors import PromotionRefused
from churn.lifecycle.aliases import CHALLENGER
from churn.lifecycle.verdict import FORMAT, Rule, Verdict
from churn.lifecycle.version_tags import read_verdict
from churn.stores.tracking.records import Record
from churn.stores.tracking.registry import Version

OVER = {"common": "the rows that neither model trained on", "test": "the whole test table"}


@dataclass(frozen=True)
class Wish:
    """How a promotion is asked for.

    `again`: also what was rolled back, which the gate would pass a second time. `refresh`: by the gate's other rule, no
    worse and on newer data, which the author approves in person. `dry`: up to the move, and not the move. `digest`:
    this model and no other, whatever was registered since it was approved.
    """

    again: bool = False
    refresh: bool = False
    dry: bool = False
    digest: str | None = None


PLAIN = Wish()


def refuse(challenger: Version, current: Version | None, told: list[Record], wish: Wish) -> None:
    """Raise PromotionRefused unless the gate let the challenger pass and it was not rolled back, but for the wish."""
    refuse_unproven(challenger, current, wish.refresh)
    if not wish.again:
        refuse_returning(challenger, told)


def refuse_returning(challenger: Version, told: list[Record]) -> None:
    """Raise PromotionRefused if the challenger was champion and was rolled back since."""
    done = [record.intent for record in told if record.done]
    reigned = [intent.number for intent in done if intent.model_digest == challenger.digest]
    fell = [intent for intent in done if intent.from_version == challenger.number and intent.action == "rollback"]
    if reigned and fell and fell[-1].number > reigned[-1]:
        raise PromotionRefused(
            f"version {challenger.number} was rolled back on {fell[-1].when} ({fell[-1].why}); "
            "train another model, or insist: `churn promote --again`"
        )


def refuse_unproven(challenger: Version, current: Version | None, refresh: bool = False) -> None:
    """Raise PromotionRefused unless the challenger's verdict is a pass, its own, and against today's champion.

    A refresh is asked for the verdict of its own rule.
    """
    verdict = read_verdict(challenger)
    name = f"version {challenger.number}"
    if verdict is None:
        raise PromotionRefused(f"{name} has no readable gate verdict; run `dvc repro register`")
    if verdict.challenger != challenger.digest:
        raise PromotionRefused(f"{name}: its verdict is of another model; run `dvc repro register`")
    if verdict.champion != (current.digest if current else None):
        raise PromotionRefused(f"{name} was judged against another champion than today's; run `dvc repro register`")
    if verdict.format != FORMAT:
        raise PromotionRefused(f"{name} was judged by another version of the gate; run `dvc repro register`")
    found = verdict.refresh if refresh else Rule(state=verdict.state, reason=verdict.reason, checks=verdict.checks)
    if found.state == "pass" and not all(check.met for check in found.checks):
        raise PromotionRefused(f"{name}: its verdict says pass, what it checked does not; run `dvc repro register`")
    if found.state != "pass":
        asked = "the gate's rule of refreshing" if refresh else "the gate"
        hint = "" if refresh else _hint(verdict)
        raise PromotionRefused(f"{name} stays @{CHALLENGER}: {asked} says {found.state}: {found.reason}{hint}")


def tell_proposal(challenger: Version, current: Version | None) -> str:
    """Tell what the gate said by either rule, and which customers and revenue would move."""
    verdict = read_verdict(challenger)
    if verdict is None:
        return f"version {challenger.number} has no readable gate verdict"
    lines = [
        f"version {challenger.number} in the place of {f'version {current.number}' if current else 'none'}",
        f"gate: {verdict.state}: {verdict.reason}",
        *([f"refresh: {verdict.refresh.state}: {verdict.refresh.reason}"] if current else []),
    ]
    moves = [f"over {OVER.get(name, name)}:\n{one.words}" for name, one in verdict.migration.items()]
    return "\n".join([*lines, *moves])


def approval(who: str, why: str) -> str:
    """Spell an approval of a refresh as the promotion record keeps it."""
    return f"refresh, no worse on newer data, approved by {who}: {why}"


def _hint(verdict: Verdict) -> str:
    """Point to the other rule where that one would let it pass."""
    if verdict.refresh.state != "pass":
        return ""
    return '; it is no worse and learnt from newer data: `churn promote --refresh --why "..."` approves that'
