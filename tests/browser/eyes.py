"""What somebody before the screen does and sees."""

import io
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import TimeoutError as PageSlow

from workshop import ROOT

SIZES = {"desktop": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}
SHOTS = ROOT / "reports" / "screenshots"
LARGEST = 250_000
TALLEST = {"desktop": 1500, "phone": 1700}
DONE = '[data-testid="stApp"][data-test-script-state="notRunning"]'
WORKING = '[data-testid="stSkeleton"], [data-testid="stSpinner"], [data-stale="true"]'
FAULT = '[data-testid="stException"]'
PATIENCE, BLINK, AGAIN = 30_000, 150, 6
"""Milliseconds: until something is there, and until a click has begun to be worked on."""
WIDE = """() => [document.documentElement, document.querySelector('[data-testid="stMain"]')]
    .filter(Boolean).map(one => one.scrollWidth - one.clientWidth)"""
HEIGHT = """() => document.querySelector('[data-testid="stMainBlockContainer"]').getBoundingClientRect().height"""


@dataclass
class Eyes:
    """Somebody who looks at the dashboard at `address` with a browser's page, on a desktop or a phone."""

    page: Any
    address: str
    kind: str

    def visit(self, path: str, title: str) -> "Eyes":
        """Open a page, and wait until it has shown all it has."""
        self.page.goto(f"{self.address}/{path}")
        return self.heading(title).settled()

    def heading(self, title: str) -> "Eyes":
        """Wait for a page's title."""
        self.page.get_by_role("heading", name=title, level=1, exact=True).wait_for(timeout=PATIENCE)
        return self

    def timed(self, path: str, title: str) -> float:
        """Open a page and give the seconds until all of it stands there."""
        began = time.monotonic()
        self.visit(path, title)
        return time.monotonic() - began - BLINK / 1000

    def figure(self, label: str) -> Any:
        """Find the figure under a label."""
        return self.page.get_by_test_id("stMetric").filter(has_text=label).first.get_by_test_id("stMetricValue")

    def tile(self, label: str) -> str:
        """Read the figure under a label."""
        return str(self.figure(label).inner_text()).strip()

    def choose(self, number: int, option: str) -> "Eyes":
        """Choose an option in the page's select box of that number."""
        return self._chosen(self.page.get_by_test_id("stSelectbox").nth(number).get_by_role("combobox"), option)

    def choose_named(self, label: str, option: str) -> "Eyes":
        """Choose an option in a select box with this label."""
        return self._chosen(self.page.get_by_role("combobox", name=label, exact=True), option)

    def _chosen(self, box: Any, option: str) -> "Eyes":
        """Open a box and take an option; one that closes because the page is drawn anew is opened again."""
        wanted = self.page.get_by_role("option", name=option, exact=True)
        for _ in range(AGAIN):
            box.click()
            with suppress(PageSlow):
                wanted.click(timeout=PATIENCE / AGAIN)
                return self.settled()
        raise AssertionError(f"there is no option {option!r}")

    def download(self, name: Any, index: int = 0) -> bytes:
        """Press a button that brings a file, and read the file."""
        with self.page.expect_download(timeout=PATIENCE) as coming:
            self.page.get_by_test_id("stDownloadButton").get_by_role("button", name=name).nth(index).click()
        return Path(coming.value.path()).read_bytes()

    def settled(self) -> "Eyes":
        """Wait until nothing is being worked on, and find the page sound."""
        self.page.wait_for_timeout(BLINK)
        self.page.locator(DONE).wait_for(timeout=PATIENCE)
        self.page.wait_for_function(f"() => !document.querySelector('{WORKING}')".replace("\\", ""), timeout=PATIENCE)
        assert self.page.locator(FAULT).count() == 0, self.page.locator(FAULT).first.inner_text()
        return self

    def fits(self) -> None:
        """Hold the page to its width: nobody scrolls sideways to read."""
        assert max(self.page.evaluate(WIDE)) <= 1, f"{self.page.url} is wider than a {self.kind}"

    def reads(self, words: str) -> None:
        """See words."""
        self.page.get_by_text(words).first.wait_for(timeout=PATIENCE)

    def text(self) -> str:
        """Read the whole page."""
        return str(self.page.locator('[data-testid="stMain"]').inner_text())

    def shoot(self, name: str) -> None:
        """Keep a picture of the page, small enough for a repository."""
        size = self.page.viewport_size
        height = min(max(int(self.page.evaluate(HEIGHT)) + 1, size["height"]), TALLEST[self.kind])
        self.page.set_viewport_size({"width": size["width"], "height": height})
        self.page.get_by_test_id("stMain").evaluate("one => one.scrollTo(0, 0)")
        self.settled()
        self.page.wait_for_timeout(300)  # charts are drawn anew in the taller window
        taken = Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")
        SHOTS.mkdir(parents=True, exist_ok=True)
        path = SHOTS / f"{name}-{self.kind}.png"
        taken.save(path, optimize=True)
        if path.stat().st_size > LARGEST:
            taken.quantize(256).save(path, optimize=True)
        self.page.set_viewport_size(size)
        assert path.stat().st_size <= LARGEST, f"{path.name} holds {path.stat().st_size:,} bytes"
