"""The other way to the top: a challenger no worse than a champion that has grown old, with a person's approval."""

import re

from churn.lifecycle.verdict import Check
from churn.stores.tracking.registry import Version

PERIOD, DATA = "newest_period", "digest_data"
NAME, BOUND = "newer_data", "trained on newer data than the champion"
PLAIN = re.compile("-?[0-9]+")
UNTOLD = Check(name=NAME, bound=BOUND, note="nobody told")


def newer(tags: dict[str, str], champion: Version | None) -> Check:
    """Ask whether the challenger learnt from newer data, by the tags of both versions.

    It did when its newest period is later. In the same period, or where a version tells none, other data is newer:
    rows arrived or were put right. The same data is not, nor an earlier period.
    """
    if champion is None:
        return Check(name=NAME, bound=BOUND, note="there is no champion to refresh")
    if not (tags.get(DATA) and champion.tags.get(DATA)):
        return Check(name=NAME, bound=BOUND, note="a version does not tell its data")
    if tags[DATA] == champion.tags[DATA]:
        return Check(name=NAME, bound=BOUND, state="fail", note="the same data")
    own, before = (_period(one.get(PERIOD)) for one in (tags, champion.tags))
    if own is not None and before is not None and own < before:
        note = f"its newest period is {own}, the champion's {before}"
        return Check(name=NAME, bound=BOUND, state="fail", note=note)
    return Check(name=NAME, bound=BOUND, state="pass", note="other data, of no earlier period")


def _period(told: str | None) -> int | None:
    return int(told) if told and PLAIN.fullmatch(told) else None
