"""What the record shows: pictures, and every number opens its list."""

import re

from tests.support.browser import Open, shoot


def test_every_number_opens_a_list_of_so_many(open_page: Open) -> None:
    page = open_page("/record")
    shoot(page, "record-desktop")
    links = page.locator("main a[href^='/items?']")
    told = [(one.inner_text(), one.get_attribute("href")) for one in links.all()]
    assert len(told) > 60
    assert all(number.isdigit() for number, _ in told)
    for number, link in told[:: len(told) // 12]:
        page.goto(link)
        count = re.match(r"\d+", page.locator("h1").inner_text())
        assert count
        assert count[0] == number, link
        assert page.locator("tbody tr").count() == min(int(number), 20)


def test_a_list_is_read_to_its_end(open_page: Open) -> None:
    page = open_page("/items?treatment=physical+therapy&limit=20")
    total, seen = int(page.locator("h1").inner_text().split()[0]), page.locator("tbody tr").count()
    shoot(page, "items-desktop")
    while page.locator("a[rel=next]").count():
        page.locator("a[rel=next]").click()
        page.wait_for_load_state()
        seen += page.locator("tbody tr").count()
    assert seen == total > 20


def test_the_years_are_drawn_with_their_intervals(open_page: Open) -> None:
    page = open_page("/record")
    drawn = page.locator(".years-drawn svg:not(.axis)")
    rows = page.locator("[aria-labelledby=by-year] tbody tr")
    assert drawn.count() == rows.count() > 3
    rated = rows.filter(has_not_text="too few").count()
    assert page.locator(".years-drawn circle").count() == page.locator(".years-drawn .interval").count() == rated > 1


def test_a_treatment_is_named(open_page: Open) -> None:
    page = open_page("/record")
    page.fill("#treatment", "Norco")
    page.get_by_role("button", name="Show", exact=True).click()
    page.wait_for_url("**/record?treatment=Norco*")
    assert page.locator(".lead").inner_text().split()[2].isdigit()
