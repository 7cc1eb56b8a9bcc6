"""From readings to one decision. A fault of the data comes first: while it stands, nothing is learnt from it.

Data fault or labels nobody can believe: quarantine. A loss that labels confirm: retrain. One that is only estimated:
prepare. A shift that costs nothing: note. None of the rungs promotes, and what cannot be shown climbs none.
"""

from collections.abc import Callable, Sequence

from churn.errors import RetrainingError
from churn.lifecycle.decision import confirmed, losses, rests, spans
from churn.lifecycle.decision.decision import Decision
from churn.lifecycle.decision.scene import Scene
from churn.lifecycle.monitoring.reading import Reading
from churn.params.campaign import Campaign
from churn.params.retrain import Retrain

Rung = Callable[[Scene], Decision | None]
SERVICE = ("volume", "latency", "errors")
SHIFTS = ("drift", "prediction_drift")


def decide(
    readings: Sequence[Reading], past: Sequence[Decision], knobs: Retrain, campaign: Campaign, now: int
) -> Decision:
    """Decide what to do about these readings, the newest of each kind; `past` are the decisions before."""
    scene = Scene(tuple(readings), tuple(past), knobs, campaign, now)
    rungs: tuple[Rung, ...] = (_data, _labels, confirmed.loss, _estimate, rests.schedule, _outage, _service, _shift)
    return next((found for rung in rungs if (found := rung(scene))), None) or _nothing(scene)


def news(decision: Decision, past: Sequence[Decision]) -> bool:
    """Tell whether a decision says something that the last one did not: only then it is worth keeping."""
    if not past:
        return True
    last = max(past, key=lambda one: one.at)
    told = [
        (one.action, one.cause, one.evidence.get(spans.QUARANTINED), one.evidence.get(losses.LOSSES))
        for one in (decision, last)
    ]
    return told[0] != told[1]


def manual(why: str, knobs: Retrain, now: int) -> Decision:
    """Decide to retrain because a person says so."""
    return Decision(now, "retrain", "manual", why, until=rests.ends(now, knobs))


def release(span: spans.Span, why: str, now: int) -> Decision:
    """Decide that a window that was set aside may be learnt from after all, because a person has looked.

    Raises RetrainingError without a reason, and while the window goes on: what is still to come nobody has looked at.
    """
    if not why.strip():
        raise RetrainingError("say why the window may be learnt from: --why; it is kept")
    if span[1] > now:
        raise RetrainingError(f"that window goes on until {rests.day(span[1])}; look at it and release it then")
    return Decision(now, "note", "manual", why, {spans.RELEASED: [list(span)]})


def _data(scene: Scene) -> Decision | None:
    broken = scene.broken
    if not broken:
        return None
    words = f"{scene.said(broken)}. These customers are set aside: mend the data; nothing is trained on them"
    return scene.decision("quarantine", "data_fault", words)


def _labels(scene: Scene) -> Decision | None:
    if not scene.doubted:
        return None
    told = scene.said(scene.doubted)
    words = f"{told}. These outcomes are set aside until somebody has looked; nothing is trained on them"
    return scene.decision("quarantine", "labels", words)


def _outage(scene: Scene) -> Decision | None:
    late = scene.alarming("outcomes")
    return (
        scene.decision("note", "waiting", f"{scene.said(late)}. Without outcomes nothing is confirmed")
        if late
        else None
    )


def _estimate(scene: Scene) -> Decision | None:
    """Prepare where the estimate says that offers earn less than they could; it is never enough to retrain on."""
    found = scene.serves(scene.alarming("estimated", "segments"))
    if not found:
        return None
    money = scene.estimated_money(found)
    if money is not None and money * scene.knobs.payback_months < scene.knobs.cost:
        words = f"{scene.said(found)}, worth {money:,.0f} a month: less than a retraining costs"
        return scene.decision("note", "estimate", words, money)
    if rests.prepared(scene):
        return scene.decision("none", "waiting", f"{scene.said(found)}: a challenger is being prepared already", money)
    return scene.decision("prepare", "estimate", f"{scene.said(found)}. Labels must confirm it", money)


def _service(scene: Scene) -> Decision | None:
    found = scene.alarming(*SERVICE)
    return scene.decision("note", "service", f"{scene.said(found)}. A new model would not change it") if found else None


def _shift(scene: Scene) -> Decision | None:
    found = scene.alarming(*SHIFTS)
    words = "No loss is shown: drift alone retrains nothing"
    return scene.decision("note", "shift", f"{scene.said(found)}. {words}") if found else None


def _nothing(scene: Scene) -> Decision:
    unjudged = [one for one in scene.readings if one.state != "ok"]
    if unjudged or not scene.readings:
        words = f"not all is judged: {scene.said(unjudged)}" if unjudged else "nothing was read"
        return scene.decision("none", "unknown", words)
    return scene.decision("none", "quiet", "all readings are as they should be")
