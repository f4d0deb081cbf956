"""The evidence pack: quotes in and out, the count of tokens, Markdown and Word."""

import io
import re

from docx import Document

from tests.support.browser import PASTED, Open, Page, evidence, search, shoot, until


def _told(page: Page) -> tuple[int, int]:
    told = re.search(r"(\d+) of \d+ quotes, (\d+) tokens", page.locator("#pack .tools").inner_text())
    assert told
    return int(told[1]), int(told[2])


def _leave_out(page: Page, place: int) -> None:
    kept = _told(page)[0]
    page.locator("#pack input[name=quote]").nth(place).uncheck()
    until(page, f"document.querySelector('#pack .tools strong').textContent !== '{kept}'")


def test_the_count_of_tokens_moves_with_the_choice(open_page: Open) -> None:
    page = open_page()
    evidence(page, PASTED)
    kept, tokens = _told(page)
    assert kept > 2
    _leave_out(page, 1)
    fewer, left = _told(page)
    assert fewer == kept - 1
    assert left < tokens
    assert page.evaluate("document.activeElement.name") == "quote"
    shoot(page, "evidence-desktop")
    page.locator("#pack input[name=quote]").nth(1).check()
    until(page, f"document.querySelector('#pack .tools strong').textContent === '{kept}'")
    assert _told(page) == (kept, tokens)


def test_markdown_is_copied_of_what_is_kept(open_page: Open) -> None:
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    evidence(page, PASTED)
    out = page.locator("#pack .quote blockquote").first.inner_text().strip().split("\n")[0]
    _leave_out(page, 0)
    page.get_by_role("button", name="Copy as Markdown").click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("# Precedent")
    assert out not in copied
    assert "## Table of authorities" in copied


def test_the_word_document_opens_and_holds_what_is_kept(open_page: Open) -> None:
    page = open_page()
    evidence(page, PASTED)
    _leave_out(page, 0)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download Word").click()
    assert waiting.value.suggested_filename == "imr-evidence.docx"
    document = Document(io.BytesIO(waiting.value.path().read_bytes()))
    quotes = {one.text for one in document.paragraphs if one.style is not None and one.style.name == "Quote"}
    assert len(quotes) >= _told(page)[0] > 0


def test_a_smaller_budget_and_the_other_side(open_page: Open) -> None:
    page = open_page()
    evidence(page, PASTED)
    page.locator("#budget").fill("400")
    page.get_by_label("should be denied").check()
    page.get_by_role("button", name="Assemble again").click()
    page.wait_for_selector("text=tokens of 400")
    assert _told(page)[1] <= 400
    assert page.locator("#pack h3").first.inner_text().split() == ["Supporting:", "upheld"]


def test_the_way_back_leads_to_the_results(open_page: Open) -> None:
    page = open_page()
    evidence(page, PASTED)
    page.get_by_role("button", name="Back to the results").click()
    page.wait_for_selector(".result")
    search(page, PASTED)
    page.get_by_role("button", name="Evidence pack").click()
    page.wait_for_selector("#pack")
