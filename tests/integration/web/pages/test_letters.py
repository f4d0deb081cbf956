"""GET /determinations/{id} and its similar items."""

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from config.settings import Settings
from indexer.records import Determination, Span
from service.precedents import PrecedentService
from service.web.app import create_app
from tests.support.fake_service import FakeService
from tests.support.html import Page

Client = TestClient[Litestar]


@pytest.fixture
def letter(sample_service: PrecedentService) -> Determination:
    return sample_service.determination("SAMPLE-0011")


def test_a_determination_is_whole(client: Client, letter: Determination) -> None:
    page = Page(client.get(f"/determinations/{letter.id}").text)
    assert letter.summary
    for span in (letter.summary, *(item.rationale for item in letter.items)):
        for line in filter(None, span.text.splitlines()):
            assert line in page.text
    assert [("open" in one) for one in page.all("details", "item")] == [True, False, False]
    assert page.marked == []


def test_a_quote_is_marked_and_its_item_open(client: Client, letter: Determination) -> None:
    rationale = letter.items[1].rationale
    place = {"item": 2, "start": rationale.start + 9, "end": rationale.start + 30}
    page = Page(client.get(f"/determinations/{letter.id}", params=place).text)
    assert page.marked == [rationale.text[9:30]]
    assert page.all("mark") == [{"id": "quote"}]
    assert [("open" in one) for one in page.all("details", "item")] == [False, True, False]


def test_a_result_links_to_its_passage(client: Client) -> None:
    found = Page(client.post("/search", data={"text": "tramadol"}).text)
    links = [one["href"] or "" for one in found.all("a") if (one["href"] or "").endswith("#quote")]
    assert links
    page = Page(client.get(links[0]).text)
    assert "quote" in page.ids


@pytest.mark.parametrize(
    "query",
    [
        "item=x",
        "item=0",
        "item=99",
        "start=1",
        "end=5",
        "start=5&end=5",
        "start=9&end=2",
        "start=0&end=99999999",
        "start=-1&end=5",
        "start=1&start=2&end=5",
        "start=1e3&end=5000",
        "text=tramadol",
    ],
)
def test_a_place_that_is_none(client: Client, letter: Determination, query: str) -> None:
    response = client.get(f"/determinations/{letter.id}?{query}")
    assert response.status_code == 400
    assert Page(response.text).all("p", "problem")


@pytest.mark.parametrize("name", ["nope", "n" * 300, "%3Cscript%3E"])
def test_no_such_determination(client: Client, name: str) -> None:
    for path in (f"/determinations/{name}", f"/determinations/{name}/items/1/similar"):
        response = client.get(path)
        assert response.status_code == 404
        assert "<script>" not in response.text


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_similar_items(
    client: Client, letter: Determination, sample_service: PrecedentService, headers: dict[str, str]
) -> None:
    response = client.get(f"/determinations/{letter.id}/items/2/similar", headers=headers)
    page = Page(response.text)
    found = sample_service.similar(letter.id, 2, limit=6).results
    assert found
    for one in found:
        assert f"{one.case_number}, item {one.item}" in page.text
    assert bool(page.all("html")) is not bool(headers)


def test_the_page_asks_for_similar_items(client: Client, letter: Determination) -> None:
    page = Page(client.get(f"/determinations/{letter.id}?item=2").text)
    asked = [one["hx-get"] for one in page.all("div") if "hx-get" in one]
    assert asked == [f"/determinations/{letter.id}/items/2/similar"]
    assert asked[0] in [one["href"] for one in page.all("a")]


def test_a_hostile_letter_is_only_text(sample_settings: Settings, letter: Determination) -> None:
    from msgspec.structs import replace

    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    item = replace(
        letter.items[0],
        title=evil,
        request=evil + " ",
        rationale=Span(text=evil, start=0, end=len(evil)),
        treatments=(),
    )
    hostile = replace(
        letter,
        case_number=evil,
        priority=evil,
        summary=Span(text=evil, start=0, end=len(evil)),
        items=(item,),
        warnings=(evil,),
        reviewer=replace(letter.reviewer, specialties=(evil,), licensure=(evil,)),
        source=replace(letter.source, name=evil),
        text=evil,
    )

    class Service(FakeService):
        def determination(self, determination_id: str) -> Determination:
            assert determination_id
            return hostile

    with TestClient(create_app(sample_settings, Service()), base_url="http://127.0.0.1") as client:
        response = client.get("/determinations/x?item=1&start=3&end=20")
    assert response.status_code == 200
    page = Page(response.text)
    assert page.inline == []
    assert page.all("img") == []
    assert page.marked == [evil[3:20], evil[3:20]]
    assert page.text.count(evil) >= 6
