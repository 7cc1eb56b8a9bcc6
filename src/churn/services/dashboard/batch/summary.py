"""What came of the file, all customers together."""

from typing import Any

import numpy as np
import streamlit as st

from churn.lifecycle.proportions import Z
from churn.services.dashboard import frame, look, source, tiles
from churn.services.dashboard.batch import ask
from churn.services.dashboard.batch.done import Done
from churn.services.dashboard.charts import bars, worth
from churn.services.dashboard.tiles import Tile

POINTS = 200
TIERS: dict[str, Any] = {
    "tier": "Tier",
    "customers": st.column_config.NumberColumn("Customers", format="localized"),
    "risk": st.column_config.ProgressColumn("Mean risk", min_value=0, max_value=1, format="percent"),
    "monthly": st.column_config.NumberColumn("Pay a month", format="localized"),
    "worth": st.column_config.NumberColumn("Worth of offers", format="localized"),
}


def show() -> None:
    """Show figures and charts of what was scored."""
    found = ask.done()
    if found is None:
        return
    _headline(found)
    if not found.scored:
        return
    _figures(found)
    risk, gain = st.tabs(["How likely they are to leave", "What offers are worth"])
    with risk:
        threshold = source.read("model_info").threshold
        above = int((found.numbers("churn_probability") > threshold).sum())
        frame.draw(
            bars.histogram(found.bars(), threshold),
            f"{look.count(above)} customers lie above {look.percent(threshold, 1)}, the champion's threshold.",
        )
        st.dataframe(found.tiers(), column_config=TIERS, hide_index=True, width="stretch")
    with gain:
        points, best = gains(found)
        frame.draw(worth.adding_up(points, best), _words(best))


def gains(found: Done) -> tuple[list[dict[str, float]], dict[str, float]]:
    """Add up what offers bring, best customers first: points of the curve, and its highest."""
    worths = np.sort(found.numbers("expected_value"))[::-1]
    total = np.concatenate([[0.0], np.cumsum(worths)])
    top = int(total.argmax())
    places = np.unique([*np.linspace(0, len(worths), POINTS).round().astype(int).tolist(), top])
    points = [{"customers": int(at), "worth": float(total[at])} for at in places]
    return points, {"customers": top, "worth": float(total[top])}


def _headline(found: Done) -> None:
    rate = f"{look.count(found.scored)} customers scored"
    refused = f", {look.count(found.refused)} rows refused" if found.refused else ", none refused"
    st.subheader(f"{rate}{refused}", anchor=False)
    said = [f"{look.shown(found.name)}, in {found.seconds:.1f} s."]
    if found.unread:
        said.append(f"Not read, and given back as they are: {look.shown(', '.join(found.unread))}.")
    if not found.named and found.purpose != "what_if":
        said.append(":orange[The file names no customers, so nobody's last known score changed.]")
    st.caption(" ".join(said))


def _figures(found: Done) -> None:
    risk, monthly, worths = found.numbers("churn_probability"), found.monthly(), found.numbers("expected_value")
    spread = float(np.sqrt((risk * (1 - risk) * monthly**2).sum()))
    at_risk, offers = float((risk * monthly).sum()), int((worths > 0).sum())
    reach = f"{look.money(at_risk - Z * spread)} to {look.money(at_risk + Z * spread)}"
    held = "95 % interval, if the probabilities are right and customers decide one by one."
    tiles.show(
        [
            Tile("Expected to leave", look.count(risk.sum()), f"{look.percent(risk.mean())} of those scored"),
            Tile("Monthly revenue at risk", look.money(at_risk), reach, held),
            Tile("Worth an offer", look.count(offers), f"{look.percent(offers / len(risk))} of those scored"),
            Tile("Worth of these offers", look.money(float(worths[worths > 0].sum())), "expected, costs taken off"),
        ],
        "batch",
    )


def _words(best: dict[str, float]) -> str:
    if not best["customers"]:
        return "Nobody in this file is worth an offer: each costs more than it is expected to bring."
    most, worth = look.count(best["customers"]), look.money(best["worth"])
    return f"Offers to the best {most} are worth most: {worth}. Every one beyond costs more than it brings."
