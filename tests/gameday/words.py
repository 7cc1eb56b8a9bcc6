"""What a reader of the report should know."""

from churn.page.blocks import Text
from churn.page.inline import Code
from gameday import script as files
from gameday.script import Script


def rehearsal(script: Script) -> str:
    """Say what a shorter day than the file's has not played; nothing of a whole one."""
    whole = files.read()
    if (script.windows, script.rows) == (whole.windows, whole.rows):
        return ""
    played = {one.name for one in script.incidents}
    left = ", ".join(one.name for one in whole.incidents if one.name not in played)
    size = f"{script.windows} of {whole.windows} windows with {script.rows:,} of {whole.rows:,} customers each"
    return f"A rehearsal, not the game day: {size}. Not played: {left or 'no incident'}."


def reading(script: Script, seeds: int) -> list[Text]:
    """Say how the day is made and how its figures are meant."""
    return [
        Text(
            f"A window is 30 days. {script.rows:,} customers of the public table, moved a little, are scored on its ",
            "first morning through the running API; who leaves is replaced by one like them, so that nothing moves ",
            "but what the game-day file moves.",
        ),
        Text(
            "Who leaves is drawn from chances that are known, so money is counted in expectation: what offers by ",
            "the champion's scores are worth on average, not what luck made of them. All amounts are assumed.",
        ),
        Text(
            f"Outcomes are told a window later, {script.labels_told:.0%} of them. The house calls the best ",
            f"{script.calls:.0%} by its own list; a call keeps some who would have left, which makes the labels ",
            "of the called unfit to learn from.",
        ),
        Text("The person of the day approves each challenger that the gate lets pass, and nothing else."),
        Text(
            "An oracle's refit is the same recipe trained on 20,000 clean customers of the very window: ",
            "more than any house can have.",
        ),
        Text(
            "The other policies promote whatever they train, and learn from called customers as from all others, as ",
            "such systems do; 'newest month only' learns from nothing older.",
            " They begin with a scorecard of the public table, ours with the pipeline's own model: where nothing ",
            "happens, small differences are between these two.",
        ),
        Text(
            "The last column of the money table is how far a policy's distance to the oracle strays when other ",
            f"customers are drawn (95 %, {seeds} seeds); the day of ours is one seed.",
        ),
        Text(
            "Latency and errors are measured, not played: where they alarm, it is of the machine that played the day."
        ),
        Text("In the house less is tried in training than in earnest (", Code("knobs"), " of the game-day file)."),
    ]
