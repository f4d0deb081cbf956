"""Within everybody's reach: axe, keyboard, phone, dark, print, without script."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.browser import ASKED, DARK, DESKTOP, PASTED, PHONE, Open, Page, evidence, search, shoot, until


def _results(page: Page) -> None:
    search(page, ASKED)


def _none(page: Page) -> None:
    search(page, "zebrafinch saddle polish")


def _pack(page: Page) -> None:
    evidence(page, PASTED)


def _letter(page: Page) -> None:
    search(page, ASKED)
    page.locator(".result h3 a").first.click()
    page.wait_for_selector(".similar .short li")


def _stay(page: Page) -> None:
    assert page.locator("h1").count() == 1


VIEWS: list[tuple[str, str, Callable[[Page], None]]] = [
    ("home", "/", _stay),
    ("results", "/", _results),
    ("none", "/", _none),
    ("evidence", "/", _pack),
    ("determination", "/", _letter),
    ("similar", "/determinations/SAMPLE-0011/items/2/similar", _stay),
    ("record", "/record", _stay),
    ("items", "/items?treatment=tramadol", _stay),
]
KINDS = {"light": DESKTOP, "dark": DARK, "phone": PHONE}
_EACH = pytest.mark.parametrize(("name", "path", "go"), VIEWS, ids=[name for name, _, _ in VIEWS])


@_EACH
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_serious(
    open_page: Open, name: str, path: str, go: Callable[[Page], None], kind: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = open_page(path, **KINDS[kind])
    go(page)
    shoot(page, f"{name}-{kind}")
    found = Axe().run(page).response["violations"]
    told = [(one["id"], one["impact"], [node["html"] for node in one["nodes"]][:3]) for one in found]
    assert [one for one in told if one[1] in {"serious", "critical"}] == []


@_EACH
def test_a_phone_scrolls_only_down(open_page: Open, name: str, path: str, go: Callable[[Page], None]) -> None:
    page = open_page(path, **PHONE)
    go(page)
    wide = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wide) <= 0, name


@_EACH
def test_print_leaves_out_what_is_only_for_the_screen(
    open_page: Open, name: str, path: str, go: Callable[[Page], None]
) -> None:
    page = open_page(path, viewport={"width": 800, "height": 1100})
    go(page)
    page.emulate_media(media="print")
    shoot(page, f"{name}-print")
    for hidden in ("header.top", "button", ".filters", "aside.similar"):
        assert page.locator(hidden).filter(visible=True).count() == 0, hidden
    assert page.locator("footer .notice").is_visible()


def test_print_shows_every_item_of_a_letter(open_page: Open) -> None:
    page = open_page("/determinations/SAMPLE-0011")
    page.emulate_media(media="print")
    shown = page.locator("details.item .rationale")
    assert shown.count() == 3
    assert all(one.is_visible() for one in shown.all())


def test_dark_is_dark(open_page: Open) -> None:
    def paper(kind: dict[str, Any]) -> int:
        told = open_page("/", **kind).evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(map(int, re.findall(r"\d+", told)[:3]))

    assert paper(DARK) < 150
    assert paper(DESKTOP) > 600


def test_keyboard_alone_leads_from_the_box_to_a_quote(open_page: Open) -> None:
    page = open_page()
    page.keyboard.type(ASKED)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(".result")
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.result') !== null"):
            break
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    page.keyboard.press("Enter")
    page.wait_for_selector("mark#quote")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement !== document.body")


def test_keyboard_alone_narrows_and_skips_to_the_content(open_page: Open) -> None:
    page = open_page("/record")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.goto("/")
    page.keyboard.type(ASKED)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector(".result")
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "outcome-upheld":
            break
    page.keyboard.press("Space")
    until(page, "!document.querySelector('.result .badge.overturned')")


def test_it_works_without_script(open_page: Open) -> None:
    page = open_page("/", **DESKTOP, java_script_enabled=False)
    page.fill("#text", ASKED)
    page.get_by_role("button", name="Search", exact=True).click()
    page.locator("#outcome-overturned").check()
    page.get_by_role("button", name="Apply filters").click()
    assert page.locator(".result .badge.overturned").count() > 0
    assert page.locator(".result .badge.upheld").count() == 0
    page.get_by_role("button", name="Evidence pack").click()
    page.locator("#pack input[name=quote]").first.uncheck()
    page.get_by_role("button", name="Update").click()
    assert page.locator("#pack .left").count() == 1
