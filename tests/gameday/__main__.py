"""`make gameday`: months of trouble played against the whole circle; see reports/gameday/gameday.html."""

import argparse
import logging
import sys
import tempfile
from pathlib import Path

from gameday import money, script
from gameday.day import day
from gameday.report import Told
from gameday.written import write
from simulate.population import ROOT

FOLDER = ROOT / "reports/gameday"
SEEDS = 3

log = logging.getLogger("gameday")


def main() -> int:
    """Play the day, score it, write the report; the exit code says whether every bar was reached."""
    asked = _asked()
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    for noisy in ("httpx", "mlflow", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    known = script.read(**{name: told for name in ("windows", "rows") if (told := getattr(asked, name))})
    with tempfile.TemporaryDirectory(prefix="gameday-") as folder, money.pool() as pool:
        others = money.begin(pool, known, range(known.seed, known.seed + asked.seeds))
        diary = day(known, known.seed, (asked.keep or Path(folder)) / "day")
        kept = [book for one in others for book in one.result()]
    told = Told(known, diary, kept, money.compare(known, kept, money.ours(diary, known.seed)))
    write(told, asked.into)
    for one in told.bars:
        log.info("%s: %s (%s)", one.state, one.words, one.figure)
    log.info("%s after %.0f s: %s", "passed" if told.passed else "FAILED", diary.seconds, asked.into / "gameday.html")
    return 0 if told.passed else 1


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="gameday")
    parser.add_argument("--into", type=Path, default=FOLDER, help="the folder of the report")
    parser.add_argument("--keep", type=Path, help="leave the house, its ledger and its registry in this folder")
    parser.add_argument("--seeds", type=int, default=SEEDS, help="with how many the other policies are played")
    parser.add_argument("--windows", type=int, help="fewer windows than the game-day file has")
    parser.add_argument("--rows", type=int, help="other customers a window than the game-day file has")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
