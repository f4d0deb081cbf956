"""GET / and POST /search."""

import html
import re

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from config.settings import load_settings
from indexer.filters import Filters
from indexer.records import Determination
from service.precedents import PrecedentService
from service.selection import Selection
from service.web.app import create_app
from service.web.generations import Generation
from service.web.pages import rendering
from tests.support.fake_service import FakeService
from tests.support.html import Page

Client = TestClient[Litestar]
ASKED = "Ultram 50mg #60 for chronic low back pain"
HOSTILE = "tramadol <script>alert(1)</script> \"><img src=x onerror=alert(2)> {{ 7 * 7 }} </textarea><b id='owned'>"


def _found(client: Client, **form: str | list[str]) -> httpx.Response:
    response = client.post("/search", data={"text": ASKED, **form})
    assert response.status_code == 200
    return response


@pytest.mark.parametrize("path", ["/", "/search", "/evidence"])
def test_the_box(client: Client, path: str) -> None:
    page = Page(client.get(path).text)
    assert {form["method"] for form in page.all("form")} == {"post"}
    assert page.all("textarea")[0]["name"] == "text"
    assert page.all("a", "skip")[0]["href"] == "#main"
    assert "illustrative, not binding" in page.text


@pytest.mark.parametrize("path", ["/", "/search", "/evidence"])
def test_the_box_says_what_the_index_holds(client: Client, sample_service: PrecedentService, path: str) -> None:
    counts = sample_service.counts
    days = [day for letter in sample_letters_of(sample_service) if (day := letter.dates.decision)]
    said = f"The index holds {counts.items:,} decisions in {counts.letters:,} letters"
    assert f"{said}, made from {min(days).year} to {max(days).year}" in Page(client.get(path).text).text


def sample_letters_of(service: PrecedentService) -> list[Determination]:
    names = {key.determination_id for key in service.index.select(Filters())}
    return [letter for name in names if (letter := service.index.determination(name))]


def test_what_is_held_is_said_in_the_singular_and_only_once_it_is_open() -> None:
    app = create_app(load_settings(), FakeService())
    with TestClient(app, base_url="http://127.0.0.1") as fresh:
        assert "The index holds 1 decision in 1 letter, made in 2021." in Page(fresh.get("/").text).text
        app.state.readiness.generations.take_up(Generation(FakeService(), published_at=1_614_902_400))
        assert "made in 2021; published 2021-03-05." in Page(fresh.get("/").text).text
        app.state.readiness.generations.retire()
        assert "The index holds" not in Page(fresh.get("/").text).text


def test_results_without_script(client: Client, sample_service: PrecedentService) -> None:
    response = _found(client)
    page = Page(response.text)
    answer = sample_service.search(ASKED)
    assert response.text.startswith("<!doctype html>")
    assert len(page.all("li", "result")) == len(answer.results) > 0
    for one in answer.results:
        assert one.cite_as in page.text
    assert {"tramadol"} <= {word.lower() for word in page.marked}
    assert page.text.count("Why this result:") == len(answer.results)


def test_htmx_gets_only_what_changes(client: Client) -> None:
    response = client.post("/search", data={"text": ASKED}, headers={"HX-Request": "true"})
    page = Page(response.text)
    assert page.all("html") == []
    assert page.tags[0] == ("div", {"id": "found", "class": "found"})
    assert response.headers["vary"] == "HX-Request"


def test_the_text_is_in_no_address(client: Client) -> None:
    canary = "zebrafinch"
    for path in ("/search", "/evidence"):
        response = client.post(path, data={"text": f"tramadol {canary}"})
        assert response.status_code == 200
        assert response.history == []
        assert canary not in str(response.url)
        page = Page(response.text)
        told = [value for _, one in page.tags for name, value in one.items() if name in {"href", "action", "src"}]
        assert canary in page.text + str(page.all("input"))
        assert not [address for address in told if address and canary in address]
        assert not [header for header in response.headers.values() if canary in header]


def test_a_text_by_get_is_not_searched(client: Client) -> None:
    page = Page(client.get("/search", params={"text": "zebrafinch"}).text)
    assert "zebrafinch" not in page.text


@pytest.mark.parametrize("path", ["/search", "/evidence"])
@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_hostile_text_is_only_text(client: Client, path: str, headers: dict[str, str]) -> None:
    response = client.post(path, data={"text": HOSTILE}, headers=headers)
    assert response.status_code == 200
    page = Page(response.text)
    assert page.all("img") == page.all("b") == []
    assert "owned" not in page.ids
    assert "{{ 7 * 7 }}" in html.unescape(response.text)
    assert "<script>alert(1)</script>" not in response.text


def test_a_filter_narrows(client: Client) -> None:
    every = Page(_found(client).text)
    narrowed = Page(_found(client, outcome="overturned").text)
    assert every.all("span", "upheld")
    assert not narrowed.all("span", "upheld")
    assert narrowed.all("span", "overturned")
    boxes = {one["value"]: "checked" in one for one in narrowed.all("input") if one.get("name") == "outcome"}
    assert boxes == {"upheld": False, "overturned": True}


def test_filters_hold_together(client: Client, sample_service: PrecedentService) -> None:
    page = Page(_found(client, treatment=["tramadol"], year_from="2017", year_to="2017", body_region="").text)
    days = [one["datetime"] for one in page.all("time")]
    assert days
    assert all(day and day.startswith("2017-") for day in days)
    held = sample_service.search(ASKED).results
    assert len(days) < len(held)


def test_a_count_is_what_would_pass(client: Client, sample_service: PrecedentService) -> None:
    page = Page(_found(client, treatment="tramadol").text)
    counted = [line for line in page.text.split("\n") if line.strip().startswith("upheld ")]
    every = sample_service.search("tramadol", limit=100)
    upheld = {
        (one.determination_id, one.item)
        for one in every.results
        if one.outcome == "upheld" and "tramadol" in {treatment.concept for treatment in one.treatments}
    }
    assert counted
    assert int(counted[0].split()[-1]) >= len(upheld) > 0


def test_nothing_close_is_said(client: Client) -> None:
    page = Page(client.post("/search", data={"text": "zzz qqq"}).text)
    assert "Nothing close" in page.text


@pytest.mark.parametrize(
    "form",
    [
        {"text": " \n"},
        {"text": "a", "outcome": "maybe"},
        {"text": "a", "year_from": "17"},
        {"text": "a", "treatment": "no such thing"},
        {"text": "a", "odd": "1"},
    ],
)
def test_a_form_that_cannot_be_used(client: Client, form: dict[str, str]) -> None:
    response = client.post("/search", data=form)
    assert response.status_code == 400
    problem = Page(response.text)
    assert problem.all("p", "problem")
    part = client.post("/search", data=form, headers={"HX-Request": "true"})
    assert part.status_code == 400
    assert Page(part.text).tags[0][1]["id"] == "found"


def test_another_kind_of_body_is_refused(client: Client) -> None:
    response = client.post("/search", json={"text": "tramadol"})
    assert response.status_code == 400
    assert "application/x-www-form-urlencoded" in response.text


def test_a_text_too_long_is_413(client: Client) -> None:
    response = client.post("/search", data={"text": "x" * 2_100_000})
    assert response.status_code == 413
    assert "larger than" in response.text


def test_more_results_are_shown_when_asked_for(client: Client) -> None:
    page = Page(_found(client, text="physical therapy").text)
    offered = [one for one in page.all("button") if one.get("name") == "limit"]
    assert [one["value"] for one in offered] == ["40"]
    more = Page(_found(client, text="physical therapy", limit="40").text)
    assert len(more.all("li", "result")) == 40
    # Reading goes on at the first that is new.
    assert ["autofocus" in link for link in more.all("a") if (link.get("href") or "").endswith("#quote")].index(
        True
    ) == 10
    last = Page(_found(client, text="physical therapy", limit="100").text)
    assert [one for one in last.all("button") if one.get("name") == "limit"] == []


@pytest.mark.parametrize(("field", "value"), [("reason", "monitoring_or_safety"), ("guideline", "mtus")])
def test_reasons_and_guidelines_narrow(
    client: Client, sample_service: PrecedentService, field: str, value: str
) -> None:
    filters = Filters(**{field: (value,)})
    page = Page(_found(client, text="opioids", **{field: value}).text)
    box = next(one for one in page.all("input") if one.get("name") == field and one["value"] == value)
    assert "checked" in box
    found = sample_service.search("opioids", filters)
    assert [one.cite_as in page.text for one in found.results] == [True] * len(found.results) != []


def test_the_count_of_a_guideline_is_what_its_filter_finds(client: Client, sample_service: PrecedentService) -> None:
    page = _found(client, text="opioids").text
    shown = re.findall(r'name="guideline" value="([^"]+)"> <span>[^<]*</span> <span class="count">(\d+)<', page)
    assert len(shown) > 4
    for value, count in shown:
        passing = sample_service.ledger.items(Selection(filters=Filters(guideline=(html.unescape(value),))))
        assert passing.count == int(count), value


def test_a_compound_breaks_between_its_parts_and_stays_text(client: Client) -> None:
    found = _found(client, text="hydrocodone/acetaminophen 10/325mg").text
    assert "hydrocodone/<wbr>acetaminophen" in found
    assert rendering.template_config().engine_instance.engine.filters["breakable"]("<b>/x") == "&lt;b&gt;/<wbr>x"
