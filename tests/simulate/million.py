"""One million customers through the pipeline's own entrances: how long, and how much memory."""

from simulate.entrances import Turn, all_to_test, project_folder, turn
from simulate.tables import Cell, Promise, Table

STAGES = ("prepare", "validate", "drift", "evaluate")
FEW, MANY, MINIATURE = 100_000, 1_000_000, (2_000, 4_000)
SECONDS, GIGABYTES = 60.0, 2.0
FIGURES = ("s", "CPU s", "peak GB")


def run(seed: int, quick: bool = False) -> list[Table]:
    """Time every stage as a process of its own at two sizes; their difference tells the memory that a row takes."""
    few, many = MINIATURE if quick else (FEW, MANY)
    small, large = _turns(few, seed), _turns(many, seed)
    slope = {stage: (large[stage].gigabytes - small[stage].gigabytes) * 1e9 / (many - few) for stage in STAGES}
    return [
        Table(
            title=f"{many:,} rows through the pipeline's entrances",
            command='make simulate ARGS="--only million"',
            seed=seed,
            shows=SHOWS.format(many=many, few=few),
            columns=["stage", "rows", *FIGURES, "rows", *FIGURES, "bytes a row"],
            rows=[
                [stage, few, *_figures(small[stage]), many, *_figures(large[stage]), f"{slope[stage]:,.0f}"]
                for stage in STAGES
            ],
            promises=_promises(many, list(large.values())),
        )
    ]


SHOWS = """Each stage is a process of its own, run as dvc.yaml spells it, start of the interpreter and reading and
writing of files included: prepare and validate get a raw CSV table of {many:,} rows, drift a CSV batch as long, and
evaluate all the prepared rows as test rows. A row's memory is the difference of the peaks at {many:,} and {few:,} rows.
Sampled is only what params.yaml or a library asks for: the drift reference holds at most prepare.reference_rows."""


def _turns(rows: int, seed: int) -> dict[str, Turn]:
    with project_folder(rows, seed) as folder:
        taken = {stage: turn(stage, folder) for stage in STAGES[:-1]}
        all_to_test(folder)
        return taken | {STAGES[-1]: turn(STAGES[-1], folder)}


def _figures(taken: Turn) -> list[Cell]:
    return [f"{taken.seconds:.1f}", f"{taken.cpu:.1f}", f"{taken.gigabytes:.2f}"]


def _promises(rows: int, taken: list[Turn]) -> list[Promise]:
    seconds, most = sum(one.seconds for one in taken), max(one.gigabytes for one in taken)
    one_run, through = "one run", f"{rows:,} rows through {', '.join(STAGES)}"
    return [
        Promise(f"{through} in at most {SECONDS:g} s together", f"{seconds:.1f} s", one_run, seconds <= SECONDS),
        Promise(f"{through} in at most {GIGABYTES:g} GB each", f"{most:.2f} GB", one_run, most <= GIGABYTES),
    ]
