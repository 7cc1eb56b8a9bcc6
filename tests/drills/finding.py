"""What a drill found: its promises, kept or not, and the figures behind them."""

from dataclasses import dataclass, field

from drills.callers import Callers, Question, ask_again
from drills.kept import Kept, missing, read


@dataclass
class Finding:
    """The outcome of one drill."""

    drill: str
    promises: list[tuple[str, bool]] = field(default_factory=list)
    figures: dict[str, str] = field(default_factory=dict)

    def promise(self, words: str, kept: bool) -> None:
        """Note whether something held."""
        self.promises.append((words, kept))

    @property
    def broken(self) -> list[str]:
        """List what did not hold."""
        return [f"{self.drill}: {words}" for words, kept in self.promises if not kept]


def judge_ledger(finding: Finding, url: str, *callers: Callers) -> Kept:
    """Compare what was acknowledged with what the ledger holds."""
    kept, questions = read(url), [one for each in callers for one in each.acknowledged]
    lost = missing(kept, questions)
    finding.figures["acknowledged"] = f"{len(questions):,}"
    finding.figures["missing or altered"] = f"{len(lost)}" + (f" ({lost[0]})" if lost else "")
    finding.figures["recorded twice"] = str(len(kept.twice))
    finding.promise("something was acknowledged", len(questions) > 20)
    finding.promise("nothing acknowledged is missing from the ledger or altered", not lost)
    finding.promise("no Idempotency-Key was scored twice", not kept.twice)
    finding.promise("each prediction is its customer's score too", kept.unscored == 0)
    return kept


def judge_repeats(finding: Finding, port: int, questions: list[Question]) -> None:
    """Ask again under the same keys: the first answer must come back, byte for byte."""
    again = ask_again(port, questions)
    firsts = [one.acknowledged.body for one in questions if one.acknowledged]
    equal = sum(one.status == 200 and one.body == first for one, first in zip(again, firsts, strict=True))
    finding.figures["asked again, same answer"] = f"{equal} of {len(questions)}"
    finding.promise("a key asked again gives its first answer", equal == len(questions))


def judge_refusals(finding: Finding, callers: Callers, allowed: tuple[int, ...] = (503,)) -> None:
    """Every refusal must be one of those, and say when to come again."""
    refused = callers.refusals()
    statuses = sorted({one.status for one in refused})
    finding.figures["refused"] = f"{len(refused):,} ({', '.join(map(str, statuses))})" if refused else "0"
    finding.promise(f"refusals are {' or '.join(map(str, allowed))}", set(statuses) <= set(allowed))
    finding.promise("each refusal says when to come again", all("retry-after" in one.headers for one in refused))


def slowest(callers: Callers) -> str:
    """Give the slowest answer."""
    return f"{max((one.seconds for one in callers.answers), default=0) * 1000:,.0f} ms"
