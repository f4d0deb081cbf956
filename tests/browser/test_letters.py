"""A determination: a link to a quote, the mark, the items beside it."""

from tests.support.browser import ASKED, Open, search, shoot


def test_a_link_to_a_quote_marks_it(open_page: Open) -> None:
    page = open_page()
    search(page, ASKED)
    telling = page.locator(".result strong").first.inner_text()
    page.locator(".result h3 a").first.click()
    mark = page.locator("mark#quote")
    mark.wait_for()
    assert mark.inner_text() == telling
    assert page.evaluate("(({top, bottom}) => top >= 0 && bottom <= innerHeight)(quote.getBoundingClientRect())")
    assert page.locator("details.item[open]").count() == 1
    assert "characters" in page.locator(".quoted").inner_text()
    # The address of the quote leads to it from anywhere.
    link = page.locator(".quoted a").get_attribute("href")
    page.goto(link)
    assert page.locator("mark#quote").inner_text() == telling
    shoot(page, "determination-desktop")


def test_similar_items_stand_beside_it(open_page: Open) -> None:
    page = open_page("/determinations/SAMPLE-0011?item=2")
    page.wait_for_selector(".similar .short li")
    title = page.locator(".similar .short a").first
    title.click()
    page.wait_for_selector("#quote")
    assert "SAMPLE-0011" not in page.locator("h1").inner_text()


def test_what_is_not_there_is_said(open_page: Open) -> None:
    page = open_page()
    answer = page.request.get("/determinations/nope")
    assert answer.status == 404
    assert "Not found" in answer.text()
