"""All that a decision is made from, and what the rungs of the ladder ask of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from churn.lifecycle.decision import losses, spans
from churn.lifecycle.decision.decision import Action, Cause, Decision
from churn.lifecycle.decision.losses import Loss
from churn.lifecycle.decision.spans import Span
from churn.lifecycle.monitoring.reading import Reading
from churn.params.campaign import Campaign
from churn.params.retrain import Retrain

ALARM, OK = "alarm", "ok"
DAY = 86_400 * 1_000_000


@dataclass(frozen=True)
class Scene:
    """The readings, the decisions before, the knobs, and the time."""

    readings: tuple[Reading, ...]
    past: tuple[Decision, ...]
    knobs: Retrain
    campaign: Campaign
    now: int

    @cached_property
    def serving(self) -> int | None:
        """Name the version that scored the newest window; what another lost is no longer its business."""
        told = [one for one in self.readings if one.model_version is not None]
        return max(told, key=lambda one: (one.until, one.model_version or 0)).model_version if told else None

    @cached_property
    def _released(self) -> set[tuple[str, Span]]:
        return spans.pardoned(self.past)

    @cached_property
    def broken(self) -> list[Reading]:
        """List the readings of broken data that nobody released: refused rows, or a drift that is a data fault."""
        faults = [one for one in self.alarming("drift") if one.figures.get("kind") == "data_fault"]
        return [one for one in [*self.alarming("refused"), *faults] if not self._pardoned(one)]

    @cached_property
    def doubted(self) -> list[Reading]:
        """List the readings of labels that nobody can believe, and nobody released."""
        return [one for one in self.alarming("labels") if not self._pardoned(one)]

    @cached_property
    def set_aside(self) -> list[Span]:
        """List the spans of broken data and unbelievable labels, those of past decisions too."""
        new = [(one.since, one.until) for one in [*self.broken, *self.doubted]]
        return sorted({*spans.quarantined(self.past), *new})

    @cached_property
    def realised(self) -> list[Reading]:
        """List the mature windows of the version in service whose data and labels were not set aside."""
        return [
            one for one in self.serves(self._of("realised")) if not spans.within(one.since, one.until, self.set_aside)
        ]

    @cached_property
    def losses(self) -> list[Loss]:
        """List what each clean window of the version in service lost, those of past decisions too."""
        known = {one.span: one for one in losses.remembered(self.past, self.serving)}
        known |= {one.span: one for one in map(losses.read, self.realised)}
        return [one for span, one in sorted(known.items()) if not spans.within(*span, self.set_aside)]

    @property
    def believed(self) -> bool:
        """Tell whether labels were examined and found believable: not shown is not believed."""
        return self._shown_ok("labels")

    @property
    def arriving(self) -> bool:
        """Tell whether outcomes arrive as they should."""
        return self._shown_ok("outcomes")

    def serves(self, found: Iterable[Reading]) -> list[Reading]:
        """Keep the readings of the version in service, and those of no single one."""
        return [one for one in found if one.model_version in {None, self.serving}]

    def alarming(self, *kinds: str) -> list[Reading]:
        """List the readings of these kinds that alarm."""
        return [one for one in self._of(*kinds) if one.state == ALARM]

    def customers(self, span: Span, least: float) -> float:
        """Count the customers of a window by the reading of volume; `least` where nobody counted them."""
        counted = [one.figures.get("customers") for one in self._of("volume") if (one.since, one.until) == span]
        counted += [one.figures.get("customers") for one in self._of("volume")]
        return max(next((float(one) for one in counted if one), 0.0), least)

    def estimated_money(self, found: Iterable[Reading]) -> float | None:
        """Give what the estimates say a month loses; None where none of them tells."""
        told = [(one, one.figures.get("lost_per_1000")) for one in found]
        sums = [
            losses.monthly(
                float(lost["value"] if isinstance(lost, dict) else lost),
                self.customers((one.since, one.until), 0),
                (one.since, one.until),
            )
            for one, lost in told
            if lost is not None
        ]
        return max(sums, default=None)

    @staticmethod
    def said(found: Iterable[Reading]) -> str:
        """Join the words of readings."""
        return "; ".join(dict.fromkeys(one.words.replace("not judged: ", "") for one in found))

    def decision(
        self, action: Action, cause: Cause, words: str, money: float | None = None, until: int | None = None,
        acted: Iterable[Span] = (),
    ) -> Decision:  # fmt: skip
        """Spell a decision with what it rests on."""
        not_ok = [one for one in self.readings if one.state != OK]
        evidence = {
            "readings": [{"kind": one.kind, "state": one.state, "words": one.words} for one in not_ok],
            spans.QUARANTINED: spans.of([*self.broken, *self.doubted]),
            losses.LOSSES: [losses.read(one).plain() for one in self.realised],
            losses.ACTED: [list(one) for one in acted],
            "serving": self.serving,
        }
        rested = self.now + self.knobs.cool_down_days * DAY if action == "prepare" else until
        return Decision(self.now, action, cause, words, evidence, money, rested)

    def _of(self, *kinds: str) -> list[Reading]:
        return [one for one in self.readings if one.kind in kinds]

    def _pardoned(self, one: Reading) -> bool:
        """Tell whether a person looked at what alarms in this window, and released it."""
        cause = "labels" if one.kind == "labels" else "data_fault"
        return one.state == ALARM and (cause, (one.since, one.until)) in self._released

    def _shown_ok(self, kind: str) -> bool:
        """Tell whether nothing of a kind alarms, and what speaks of the version in service is ok."""
        told = [one for one in self._of(kind) if not self._pardoned(one)]
        mine = self.serves(self._of(kind))
        well = all(one.state == OK for one in self.serves(told)) and all(one.state != ALARM for one in told)
        return bool(mine) and well
