"""Every page, opened and read on a desktop and a phone."""

import pytest

PAGES = {
    "today": ("", "Today"),
    "call_list": ("call_list", "Call list"),
    "customer": ("customer", "Customer"),
    "batch": ("batch", "Batch"),
    "campaign": ("campaign", "Campaign"),
    "brief": ("brief", "Weekly brief"),
    "health": ("health", "Model health"),
    "pipeline": ("pipeline", "Pipeline"),
}

SHOT_IN_USE = ("customer", "batch", "health")
"""Pages that show more once something was chosen; test_use.py keeps their pictures."""


@pytest.mark.parametrize("name", PAGES)
def test_a_page_shows_itself_whole_and_fits(name, eyes):
    eyes.visit(*PAGES[name])
    eyes.reads("Simulated.")
    eyes.fits()
    if name not in SHOT_IN_USE:
        eyes.shoot(name)
