"""The promises about speed and faults, from the pages that `make bench`, `make bench-files` and `make drills` wrote."""

import re
from collections.abc import Iterator

from churn.page import numbers
from churn.params.kpi import Kpi, Served
from churn.steps.kpi.promise import Promise, State, single, unknown
from churn.steps.kpi.sources import Sources

SERVING, FILES, DRILLS = "serving.md", "files.md", "drills.md"
PROMISED = re.compile(r"^Promised: (?P<words>.+): (?P<figure>[^:]+), (?P<state>met|\*\*not met\*\*)\.$")
SECTION, KEPT = re.compile(r"^#{2,3} (.+)$"), re.compile(r"^\| (?P<words>[^|]+) \| (?P<kept>kept|\*\*broken\*\*) \|$")


def promises(sources: Sources, knobs: Kpi) -> list[Promise]:
    """Judge the service by its committed benchmarks; one that is not there is unknown."""
    pages = sources.benchmarks
    serving = [_served(pages.get(SERVING, ""), knobs.contender, one) for one in knobs.serving]
    files = list(_files(pages.get(FILES, "")))
    missing = unknown("Files", "Scoring of files", "see the benchmark", f"no promise in {FILES}", "make bench-files")
    return [*serving, *(files or [missing]), _drills(pages.get(DRILLS, ""))]


def _served(page: str, contender: str, asked: Served) -> Promise:
    """Find the figure of our row; where a cell holds two (rate, CPU), the one that is further from the promise."""
    cells = _row(page, asked.size, contender)
    column = next((name for name in cells if name.startswith(asked.figure)), "")
    found = [
        float(one.replace(",", "")) for one in re.findall(r"\d[\d,]*\.?\d*", cells.get(column, "").replace(", ", " "))
    ]
    value = (min(found) if asked.at_least is not None else max(found)) if found else None
    words = f"{asked.size}: {asked.figure}{' (the lesser of rate and CPU)' if len(found) > 1 else ''}"
    return single("Service", words, asked, value, f"no such figure in {SERVING}", "make bench")


def _row(page: str, size: str, contender: str) -> dict[str, str]:
    lines = _sections(page).get(size, [])
    table = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    mine = next((row for row in table if row[0] == contender), [])
    return dict(zip(table[0], mine, strict=False)) if table else {}


def _files(page: str) -> Iterator[Promise]:
    for title, lines in _sections(page).items():
        for line in lines:
            if found := PROMISED.match(line):
                state: State = "met" if found["state"] == "met" else "not met"
                yield Promise(
                    "Files", title, found["words"], found["figure"], "medians of one machine", state, "",
                    "make bench-files",
                )  # fmt: skip


def _drills(page: str) -> Promise:
    named, target = "Nothing acknowledged is lost under faults", "every promise of every drill is kept"
    found = [match["kept"] == "kept" for line in page.splitlines() if (match := KEPT.match(line))]
    if not found:
        return unknown("Service", named, target, f"no promise in {DRILLS}", "make drills")
    state: State = "met" if all(found) else "not met"
    measured = f"{numbers.count(sum(found))} of {numbers.count(len(found))} kept"
    return Promise("Service", named, target, measured, "one run", state, "", "make drills")


def _sections(page: str) -> dict[str, list[str]]:
    """Cut Markdown at its headings."""
    found: dict[str, list[str]] = {}
    title = ""
    for line in page.splitlines():
        if heading := SECTION.match(line):
            title = heading[1]
        found.setdefault(title, []).append(line)
    return found
