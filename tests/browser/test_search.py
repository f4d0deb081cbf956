"""The search page as a person uses it."""

from tests.support.browser import ASKED, PASTED, PHONE, Open, search, shoot, until


def test_words_find_decisions_with_the_match_marked(open_page: Open) -> None:
    page = open_page()
    assert page.locator(".examples, #holds").count() == page.locator(":is(.examples, #holds):visible").count() == 2
    search(page, ASKED)
    assert page.locator(":is(.examples, #holds):visible").count() == 0
    assert page.locator(".result").count() == 10
    assert {"tramadol"} <= {word.lower() for word in page.locator(".result mark").all_inner_texts()}
    assert page.locator(".result").first.locator("strong").count() == 1
    assert "Why this result" in page.locator(".result").first.inner_text()
    # Only a part of the page was loaded anew, and a screen reader is told of it.
    assert page.input_value("#text") == ASKED
    assert page.locator("#said").inner_text() == "10 decisions shown for 1 item asked for"
    shoot(page, "results-desktop")


def test_each_item_of_a_pasted_page_is_answered(open_page: Open) -> None:
    page = open_page()
    search(page, PASTED)
    heads = page.locator(".results section h2").all_inner_texts()
    assert heads == ["Norco 10/325mg #90", "MRI of the lumbar spine without contrast"]
    assert page.locator(".results section").nth(1).locator(".result").count() == 10
    shoot(page, "pasted-desktop")


def test_a_facet_narrows_without_a_new_page(open_page: Open) -> None:
    page = open_page()
    search(page, ASKED)
    page.evaluate("window.untouched = true")
    page.locator("#outcome-overturned").check()
    until(page, "!document.querySelector('.result .badge.upheld')")
    assert page.locator(".result .badge.overturned").count() > 0
    assert page.evaluate("window.untouched")
    assert page.locator("#outcome-overturned").is_checked()
    assert page.evaluate("document.activeElement.id") == "outcome-overturned"
    assert page.url.rstrip("/").count("/") == 2
    shoot(page, "narrowed-desktop")


def test_a_folded_filter_stays_open_when_results_change(open_page: Open) -> None:
    page = open_page()
    search(page, ASKED)
    page.locator("#group-reason summary").click()
    with page.expect_response("**/search") as answered:
        page.locator("#group-reason input").first.check()
    answered.value.finished()
    # What the answer brings has the box checked as a document has it, not as a person's click leaves it.
    until(page, "document.querySelector('#group-reason input[checked]')")
    assert page.locator("#group-reason").get_attribute("open") is not None


def test_a_second_filter_chosen_before_the_first_answer_is_not_lost(open_page: Open) -> None:
    page = open_page()
    search(page, ASKED)
    boxes = page.locator("#group-outcome input")
    assert boxes.count() >= 2
    page.route("**/search", lambda _: None, times=1)  # the first answer never comes
    with page.expect_request("**/search"):
        boxes.nth(0).check()
    boxes.nth(1).check()
    until(page, "document.querySelectorAll('#group-outcome input[checked]').length === 2")
    assert page.locator("#group-outcome input:checked").count() == 2


def test_more_results_come_below_and_reading_goes_on_there(open_page: Open) -> None:
    page = open_page()
    search(page, "physical therapy zebrafinch")
    page.get_by_role("button", name="Show more results").click()
    until(page, "document.querySelectorAll('.result').length === 40")
    focused = page.evaluate("[...document.querySelectorAll('.result h3 a')].indexOf(document.activeElement)")
    assert focused == 10
    shoot(page, "forty-desktop")


def test_none_close_is_said_plainly_and_nothing_is_put_forward(open_page: Open) -> None:
    page = open_page()
    search(page, "zebrafinch saddle polish")
    assert page.locator(".coverage").inner_text() == "Nothing close: the index holds no decision like this."
    assert page.locator(".result:visible").count() == 0
    assert page.get_by_role("button", name="Show more results").count() == 0
    page.locator(".nearest summary").click()
    assert page.locator(".result:visible").count() > 0
    shoot(page, "none-desktop")


def test_going_back_from_a_precedent_finds_the_results(open_page: Open) -> None:
    page = open_page()
    search(page, ASKED)
    page.locator(".result h3 a").first.click()
    page.wait_for_selector("#quote")
    page.go_back()
    page.wait_for_selector("#text")
    # The browser's own copy of the page, or an empty box: never an error, a prompt to send again, or another's text.
    assert (page.input_value("#text"), page.locator(".result").count()) in {(ASKED, 10), ("", 0)}


def test_an_example_is_tried(open_page: Open) -> None:
    page = open_page()
    page.locator(".examples button").first.click()
    page.wait_for_selector(".result")
    assert page.input_value("#text") == "Ultram 50mg #60 for chronic low back pain"


def test_results_come_into_sight_on_a_phone(open_page: Open) -> None:
    page = open_page(**PHONE)
    search(page, ASKED)
    until(page, "document.querySelector('.results').getBoundingClientRect().top < innerHeight / 2")
    assert page.locator("#narrow").get_attribute("open") is None
