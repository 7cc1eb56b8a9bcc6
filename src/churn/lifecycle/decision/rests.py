"""What holds a retraining back, or makes it due: the time since the last one."""

from datetime import UTC, datetime

from churn.lifecycle.decision.decision import Decision
from churn.lifecycle.decision.scene import Scene
from churn.params.retrain import Retrain

DAY = 86_400 * 1_000_000
FAILED = "failed"
"""How `done` begins where a retraining came to nothing: it holds nothing back."""


def ends(now: int, knobs: Retrain) -> int:
    """Give the time until which no other retraining begins by itself."""
    return now + knobs.cool_down_days * DAY


def resting(scene: Scene) -> int | None:
    """Give the time until which a retraining must wait for the last one, or None."""
    until = max((one.until or 0 for one in scene.past if counts(one)), default=0)
    return until if until > scene.now else None


def prepared(scene: Scene) -> bool:
    """Tell whether a challenger was prepared, or trained, so lately that it is not asked for again."""
    made = [one for one in scene.past if one.action == "prepare" or counts(one)]
    return any(scene.now < one.at + scene.knobs.cool_down_days * DAY for one in made)


def schedule(scene: Scene) -> Decision | None:
    """Ask for a challenger when the last one is old, if the labels are there and believed."""
    days = scene.knobs.schedule_days
    since = max(
        (one.at for one in scene.past if counts(one)), default=min((one.at for one in scene.past), default=None)
    )
    if days is None or since is None or scene.now < since + days * DAY:
        return None
    if not (scene.believed and scene.arriving):
        return scene.decision("note", "waiting", "a retraining is due, but outcomes are missing or not judged")
    words = f"nothing was trained for {(scene.now - since) // DAY} days: a challenger is due"
    return scene.decision("retrain", "schedule", words, until=ends(scene.now, scene.knobs))


def counts(one: Decision) -> bool:
    """Tell whether a past decision is a retraining that did not fail."""
    return one.action == "retrain" and not (one.done or "").startswith(FAILED)


def day(at: int) -> str:
    """Spell a time as a day."""
    return datetime.fromtimestamp(at / 1_000_000, UTC).date().isoformat()
