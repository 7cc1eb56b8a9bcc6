"""`make reproduce`: do two separate runs, the commit and the README tell the same?"""

import argparse
import json
import logging
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from churn.stores import files
from reproduce import readme
from reproduce.comparison import Line, compare, compare_scores
from reproduce.results import results, scores
from reproduce.runs import SETTINGS, run

ROOT = Path(__file__).parents[2]
REPORT, METADATA = "reports/reproduction.json", "model/model_metadata.json"
"""What stage kpi reads of a comparison in two environments, and where a run names its model."""
SHOWN = 10

log = logging.getLogger("reproduce")


def main() -> int:
    """Run the pipeline twice, print the table, and fail when something is off."""
    asked = _asked()
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stdout)
    _warn_of_changes(asked.root)
    with TemporaryDirectory(prefix="reproduce-") as under, ThreadPoolExecutor(len(SETTINGS)) as both:
        turns = [both.submit(run, asked.root, setting, Path(under), asked.fast) for setting in SETTINGS]
        one, other = (turn.result() for turn in turns)
        lines, model = _lines(one, other), json.loads((one / METADATA).read_text())["digest"]
    if not asked.fast:  # one environment is no evidence that two agree
        keep(lines, model, asked.root / REPORT)
    return told(lines)


def told(lines: list[Line]) -> int:
    """Print what was compared and what is off; give the exit code."""
    log.info(
        "\n| compared | what | values | furthest apart | tolerance | why |\n| --- | --- | ---: | ---: | ---: | --- |"
    )
    for line in lines:
        allowed = "noted" if line.tolerance.apart is None else f"{line.tolerance.apart:g}"
        figures = f"{line.compared:,} | {line.apart:.2g} | {allowed}"
        log.info("| %s | %s | %s | %s |", line.place, line.tolerance.name, figures, line.tolerance.why)
    off = [sentence for line in lines for sentence in line.off[:SHOWN]]
    left = sum(len(line.off) for line in lines) - len(off)
    more = [f"and {left:,} more"] if left else []
    log.info("\n%s", "\n".join(["off:", *off, *more]) if off else "all within tolerance")
    return int(bool(off))


def keep(lines: list[Line], model: str, path: Path) -> None:
    """Write what was compared, for stage kpi."""
    kept = [
        {"place": line.place, "what": line.tolerance.name, "compared": line.compared, "apart": line.apart}
        for line in lines
    ]
    off = sum(len(line.off) for line in lines)
    with files.aside(path) as draft:
        draft.write_text(json.dumps({"agree": not off, "model": model, "off": off, "lines": kept}, indent=1) + "\n")


def _lines(one: Path, other: Path) -> list[Line]:
    found, again = results(one), results(other)
    with TemporaryDirectory() as folder:
        committed = results(_committed(one, Path(folder)))
    return [
        *compare("the runs", found, again, ("one run", "the other")),
        compare_scores("the runs", scores(one), scores(other), ("one run", "the other")),
        *compare("the commit and a run", committed, found, ("the commit", "a run")),
        readme.check((one / "README.md").read_text(), found),
    ]


def _committed(clone: Path, folder: Path) -> Path:
    """Lay out the reports as they were committed: the run has overwritten those of its clone."""
    (folder / "reports.tar").write_bytes(subprocess.check_output(["git", "archive", "HEAD", "reports"], cwd=clone))
    subprocess.run(["tar", "-xf", "reports.tar"], cwd=folder, check=True)
    return folder


def _warn_of_changes(root: Path) -> None:
    if subprocess.check_output(["git", "status", "--porcelain", "--untracked-files=no"], cwd=root):
        log.info("note: what is changed here and not committed is in neither run")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="reproduce")
    parser.add_argument("--fast", action="store_true", help="use this interpreter's packages in both runs")
    parser.add_argument("--root", type=Path, default=ROOT, help="the repository; default this one")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
