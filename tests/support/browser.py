"""A browser's page that is watched: what it says, what it breaks, whom it asks, what its history keeps."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 850}}
DARK: dict[str, Any] = {**DESKTOP, "color_scheme": "dark"}
PHONE: dict[str, Any] = {
    "viewport": {"width": 375, "height": 740},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
# Stands in every text that tests ask for: it may be in no address, no history and no log.
CANARY = "zebrafinch"
ASKED = f"Ultram 50mg #60 for chronic low back pain, {CANARY}"
PASTED = f"""REQUEST FOR AUTHORIZATION
Diagnosis: lumbar radiculopathy. 52 year old, injured in 2013. {CANARY}
Requested treatment:
1. Norco 10/325mg #90
2. MRI of the lumbar spine without contrast
"""
_PATIENCE_SECONDS = 20
# What htmx says when a newer choice takes the place of a request; one that failed is told by another name.
_REPLACED = ("htmx:sendAbort,", "htmx:afterRequest,")
SHOTS = Path(".cache/browser")
_VIOLATIONS = """
window.violations = [];
addEventListener("securitypolicyviolation", (event) => window.violations.push(
    `${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
"""

# Playwright's own page: it may not be installed where the rest of the suite runs.
Page = Any
Open = Callable[..., Page]


class Watched:
    """A new browser with an empty profile, and all that it said and asked for."""

    def __init__(self, chromium: Any, address: str, profile: Path, kind: dict[str, Any]) -> None:
        """Start it; `kind` is what playwright takes for a context."""
        self.address, self.profile = address, profile
        self.said: list[str] = []
        self.asked: list[str] = []
        self.context = chromium.launch_persistent_context(
            profile, executable_path=CHROMIUM, args=FLAGS, base_url=address, **kind
        )
        self.context.set_default_timeout(1000 * _PATIENCE_SECONDS)
        self.context.add_init_script(_VIOLATIONS)
        self.context.on("request", lambda request: self.asked.append(request.url))
        self.page: Page = self.context.pages[0]
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))

    def _heard(self, message: Any) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith(_REPLACED):
            self.said.append(f"{message.type}: {message.text} at {message.location}")

    def hold(self) -> None:
        """Hold what every page promises, then close the browser and read what it kept."""
        violations, address = self.page.evaluate("window.violations"), self.page.url
        self.context.close()
        assert not self.said, self.said
        assert not violations, violations
        hosts = {urlsplit(url).netloc for url in self.asked if not url.startswith(("data:", "blob:"))}
        assert hosts == {urlsplit(self.address).netloc}, hosts
        assert not [url for url in (*self.asked, address) if CANARY in url], self.asked
        history = (self.profile / "Default" / "History").read_bytes()
        assert self.address.encode() in history
        assert CANARY.encode() not in history


def shoot(page: Page, name: str) -> None:
    """Keep a picture of the whole page, for a person to look at."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    # Left to itself, playwright hides the caret by styles in the page, which the policy forbids to be copied.
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True, caret="initial")


def search(page: Page, text: str) -> None:
    """Type a text into the box and press Search."""
    page.fill("#text", text)
    page.get_by_role("button", name="Search", exact=True).click()
    page.wait_for_selector(".results .coverage")


def evidence(page: Page, text: str) -> None:
    """Type a text into the box and ask for the pack."""
    page.fill("#text", text)
    page.get_by_role("button", name="Evidence pack").click()
    page.wait_for_selector("#pack")


def until(page: Page, expression: str) -> None:
    """Wait until an expression holds in the page; playwright's own way needs what the policy forbids."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not page.evaluate(expression):
        assert time.monotonic() < deadline, f"never came true: {expression}"
        page.wait_for_timeout(30)
