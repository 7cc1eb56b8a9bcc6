"""The shape of the house: what the tree promises, held to what the files say."""

import ast
import statistics
import subprocess
from pathlib import Path

import pytest
import yaml

import house

ORDER = ["ingest", "prepare", "validate", "explore", "drift", "train", "evaluate", "card", "kpi", "register"]
TOP = {
    *("dvc.yaml", "params.yaml", "dvc.lock", ".dvc", ".dvcignore", "train_with_mlflow.py", "scripts", "src", "tests"),
    *("data", "model", "reports", "requirements.txt", "pyproject.toml", "Makefile", ".ci", ".github", ".gitignore"),
    *("README.md", "CONTRIBUTING.md", "LICENSE", ".env.example", ".pre-commit-config.yaml"),
    *("docker", "docker-compose.yml", "k8s", "nginx", "monitoring"),
}


def test_stages_stand_in_the_order_in_which_data_flows():
    assert list(house.STAGES) == ORDER


@pytest.mark.parametrize("stage", ORDER)
def test_a_stage_depends_on_exactly_the_code_it_imports(stage):
    written = {path for path in house.paths(house.STAGES[stage]["deps"]) if house.is_code(path)}
    wanted = "\n".join(f"      - {path}" for path in sorted(house.code(stage)))
    assert written == house.code(stage), f"in dvc.yaml, code deps of stage {stage} should read:\n{wanted}"


@pytest.mark.parametrize("stage", ORDER)
def test_a_stage_declares_the_params_it_loads(stage):
    assert house.written_sections(stage) == house.read_sections(stage)


@pytest.mark.parametrize("stage", ORDER)
def test_every_path_of_a_command_is_declared(stage):
    named = {word for word in house.STAGES[stage]["cmd"].split()[1:] if "/" in word or word.endswith(".py")}
    declared = house.declared(stage)
    assert named <= declared | {str(Path(path).parent) for path in declared}


def test_no_dependency_is_a_folder_of_code():
    assert not [
        path
        for stage in ORDER
        for path in house.declared(stage)
        if path.startswith(("src", "scripts")) and not (house.ROOT / path).is_file()
    ]


def test_the_sections_of_params_yaml_are_those_of_the_stages_and_of_what_watches():
    """What watches a model has a section each, which no stage reads: it may change without a rerun."""
    sections = set(yaml.safe_load((house.ROOT / "params.yaml").read_text()))
    staged = set().union(*(house.read_sections(stage) for stage in ORDER))
    assert staged <= sections
    models = {path.stem for path in (house.ROOT / "src/churn/params").glob("*.py")} - {"__init__", "section"}
    assert models == sections


@pytest.mark.parametrize("path", house.ENTRANCES, ids=lambda path: path.name)
def test_an_entrance_is_short_and_decides_nothing(path):
    """The guard at its foot is the one branch it has."""
    tree = ast.parse(path.read_text())
    (main,) = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    branches = [
        node for node in ast.walk(main) if isinstance(node, ast.If | ast.IfExp | ast.While | ast.Match | ast.Try)
    ]
    numbers = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and type(node.value) in {int, float}]
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    taken = {line for node in imports for line in range(node.lineno, node.end_lineno + 1)}
    lines = [
        line for number, line in enumerate(path.read_text().splitlines(), 1) if line.strip() and number not in taken
    ]
    assert len(lines) < 25
    assert not branches
    assert not numbers


def test_packages_hold_one_sentence():
    for path in (house.ROOT / "src").rglob("__init__.py"):
        (only,) = ast.parse(path.read_text()).body
        assert isinstance(only.value.value, str), path


def test_functions_and_files_stay_small():
    sizes = sorted(house.functions(), key=lambda one: one[1])
    lines = [count for _, count in sizes]
    lengths = {path: len(path.read_text().splitlines()) for path in house.SOURCES}
    assert statistics.median(lines) <= 8
    assert lines[int(0.9 * (len(lines) - 1))] <= 20
    assert [name for name, count in sizes if count > 30] == []
    assert [path for path, length in lengths.items() if length > 200] == []
    assert statistics.median(lengths.values()) <= 90


def test_the_top_level_holds_what_a_stranger_expects():
    listed = subprocess.run(["git", "ls-files"], cwd=house.ROOT, capture_output=True, text=True, check=True).stdout
    assert {line.split("/")[0] for line in listed.splitlines()} <= TOP


def test_no_name_says_nothing():
    vague = {"utils", "common", "helpers", "misc", "base", "manager", "handler", "processor"}
    assert not [path for path in house.SOURCES if vague & set(path.stem.split("_"))]


def test_heavy_vendors_are_imported_where_they_are_used():
    """An import at the head of a module would be paid by everything that imports it."""
    for path in house.SOURCES:
        heads = [node for node in ast.parse(path.read_text()).body if isinstance(node, ast.Import | ast.ImportFrom)]
        names = {name.name for node in heads for name in node.names} | {
            getattr(node, "module", "") or "" for node in heads
        }
        heavy = {name for name in names if name.partition(".")[0] in {"mlflow", "evidently", "shap", "pyspark"}}
        assert not heavy or path.name == "pyfunc.py", f"{path}: {heavy}"
