"""A loss that labels confirm: worth a retraining, or not yet, or not at all."""

from churn.lifecycle.decision import losses, rests
from churn.lifecycle.decision.decision import Decision
from churn.lifecycle.decision.losses import Loss
from churn.lifecycle.decision.scene import ALARM, Scene

SHOWN = ("realised", "calibration")


def loss(scene: Scene) -> Decision | None:
    """Climb as far as a loss is shown, is believed, is worth it, and the last retraining is over."""
    found, words = _found(scene)
    if not found:
        return None
    money = _money(scene, found)
    if held := _held_back(scene, found):
        return scene.decision(
            "prepare" if not rests.prepared(scene) else "none", "waiting", f"{words}; but {held}", money
        )
    if not _worth(scene, found):
        amount = "no money is shown to be lost" if money is None else f"about {money:,.0f} a month"
        return scene.decision("note", "loss", f"{words}; {amount}: not shown to pay a retraining back", money)
    if until := rests.resting(scene):
        return scene.decision("none", "waiting", f"{words}; the last retraining rests until {rests.day(until)}", money)
    spelt = "" if money is None else f", about {money:,.0f} a month"
    return scene.decision(
        "retrain", "loss", f"{words}{spelt}. A challenger is trained; the gate and a person decide about it",
        money, rests.ends(scene.now, scene.knobs), [one.span for one in found],
    )  # fmt: skip


def _found(scene: Scene) -> tuple[list[Loss], str]:
    """Find what is shown to be lost and was not acted on: in one window, or adding up over several."""
    known, before = (
        {one.span: one for one in scene.losses},
        losses.acted(one for one in scene.past if rests.counts(one)),
    )
    alarms = [one for one in scene.serves(scene.alarming(*SHOWN)) if (one.since, one.until) in known]
    fresh = [one for one in alarms if (one.since, one.until) not in before]
    if fresh:
        return [known[span] for span in sorted({(one.since, one.until) for one in fresh})], scene.said(fresh)
    rest = [one for one in scene.losses if one.span not in before]
    if losses.adds_up(rest, scene.knobs.level):
        lost = sum(one.lost or 0 for one in rest) / len(rest)
        return rest, f"{len(rest)} windows together show a loss of {lost:,.0f} per 1,000 customers each"
    return [], ""


def _held_back(scene: Scene, found: list[Loss]) -> str | None:
    """Say why the labels do not suffice, or None."""
    if not scene.believed:
        return "whether the labels are believable is not shown"
    if any(one.kind == "outcomes" and one.state == ALARM for one in scene.readings):
        return "outcomes are missing, and those that came may be a choice"
    last, knobs = found[-1], scene.knobs
    many, wanted = (
        sum(one.labelled for one in found),
        losses.needed(last, knobs.smallest_loss, knobs.level, knobs.power),
    )
    return f"only {many:,} labels are mature; {wanted:,} are needed" if many < wanted else None


def _money(scene: Scene, found: list[Loss]) -> float | None:
    """Give what a month loses, by the newest window that tells."""
    told = [one for one in found if one.lost is not None]
    if not told:
        return None
    last = told[-1]
    return losses.monthly(last.lost or 0.0, scene.customers(last.span, last.labelled), last.span)


def _worth(scene: Scene, found: list[Loss]) -> bool:
    """Tell whether what is lost at least pays a retraining back, or is so large that the order must be wrong too."""
    if any((one.risen_low or 0.0) > scene.knobs.smallest_loss for one in found):
        return True
    low, last = losses.at_least(found), found[-1]
    if low is None:
        return False
    least = losses.monthly(low, scene.customers(last.span, last.labelled), last.span)
    return least * scene.knobs.payback_months > scene.knobs.cost
