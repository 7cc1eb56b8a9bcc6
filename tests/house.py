"""Reads the repository's own files: its stages, its sources, its functions."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import grimp
import yaml

ROOT = Path(__file__).parents[1]
DVC = yaml.safe_load((ROOT / "dvc.yaml").read_text())
STAGES: dict[str, dict[str, Any]] = DVC["stages"]
ENTRANCES = sorted([ROOT / "train_with_mlflow.py", *(ROOT / "scripts").glob("*.py")])
SOURCES = sorted([*(ROOT / "src").rglob("*.py"), *ENTRANCES])


@cache
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("churn", cache_dir=None)


def entrance(stage: str) -> str:
    """Name the file that a stage runs."""
    return STAGES[stage]["cmd"].split()[1]


def code(stage: str) -> set[str]:
    """List the files that a stage's entrance really imports; packages hold one docstring and are left out.

    What renders pages also reads their template and style sheet.
    """
    direct = set(imported(ROOT / entrance(stage)))
    modules = direct.union(*(graph().find_upstream_modules(module) for module in direct))
    files = {ROOT / "src" / Path(*module.split(".")).with_suffix(".py") for module in modules}
    if "churn.page.render" in modules:
        files |= {ROOT / "src/churn/page/page.html", ROOT / "src/churn/page/page.css"}
    return {entrance(stage), *(str(file.relative_to(ROOT)) for file in files if file.exists())}


def imported(path: Path) -> Iterator[str]:
    """List the package's modules that a file imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("churn."))
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "churn":
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            yield from (name if name in graph().modules else node.module for name in names)


def is_code(path: str) -> bool:
    """Tell code, a page's template and style sheet included, from tables and reports."""
    return path.endswith(".py") or path.startswith("src/")


def paths(entries: list[Any]) -> set[str]:
    """List the paths of deps or outs, which stand alone or carry options."""
    return {entry if isinstance(entry, str) else next(iter(entry)) for entry in entries}


def declared(stage: str) -> set[str]:
    """List every path that a stage declares."""
    body = STAGES[stage]
    return set().union(*(paths(body.get(key, [])) for key in ("deps", "outs", "metrics", "plots")))


def written_sections(stage: str) -> set[str]:
    """List the sections of params.yaml that a stage declares."""
    return {key.partition(".")[0] for key in STAGES[stage].get("params", [])}


def read_sections(stage: str) -> set[str]:
    """List the sections of params.yaml that a stage's entrance loads."""
    text = (ROOT / entrance(stage)).read_text()
    return {name.lower() for name in re.findall(r"\bload\((?:params\.)?([A-Z]\w+)\)", text)}


def functions() -> Iterator[tuple[str, int]]:
    """Give every function with its code lines, docstring and blank lines left out."""
    for path in SOURCES:
        lines = path.read_text().splitlines()
        for node in ast.walk(ast.parse("\n".join(lines))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = sum(bool(line.strip()) for line in lines[node.lineno - 1 : node.end_lineno])
                spoken = ast.get_docstring(node, clean=False) or ""
                said = sum(bool(line.strip()) for line in spoken.splitlines())
                yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", body - said
