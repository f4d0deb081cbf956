"""GET /api/items, /api/facets, /api/outcomes, /api/guidelines and similar items, over the sample index."""

from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from config.settings import Settings
from service.precedents import PrecedentService
from service.web.app import create_app
from tests.integration.web.conftest import Connect

Client = TestClient[Litestar]


@pytest.fixture
def whole(connect: Connect, settings: Settings, sample_service: PrecedentService) -> Client:
    """A client of the application over the sample index."""
    return connect(create_app(settings, sample_service))


def get(client: Client, address: str, **asked: Any) -> Any:
    response = client.get(f"/api/{address}", params=asked)
    assert response.status_code == 200, response.text
    return response.json()


def test_a_group_opens_its_list(whole: Client) -> None:
    found = get(whole, "outcomes", group_by="treatment", treatment=["Norco", "Ultram"])
    assert set(found) == {"total", "groups", "more"}
    assert found["groups"][0]["key"] == "hydrocodone/acetaminophen"
    for name, query in found["groups"][0]["items"].items():
        page = whole.get(f"/api/items?{query}").json()
        assert page["count"] == found["groups"][0][name]
    assert found["total"]["n"] <= sum(group["n"] for group in found["groups"])
    assert found["total"]["cohort"] is None


def test_the_contract_s_fields_are_there(whole: Client) -> None:
    total = get(whole, "outcomes")["total"]
    assert {"n", "letters", "upheld", "overturned", "overturn_rate", "interval", "base_rate", "cohort"} <= set(total)
    assert total["overturn_rate"] == total["base_rate"]
    assert get(whole, "outcomes")["groups"] == []


def test_pages_follow_each_other(whole: Client) -> None:
    first = get(whole, "items", limit=2)
    second = get(whole, "items", limit=2, cursor=first["cursor"])
    assert len({(item["determination_id"], item["item"]) for item in first["items"] + second["items"]}) == 4


def test_facets_count_the_fields_that_are_asked_for(whole: Client) -> None:
    found = get(whole, "facets", field=["year", "outcome"], treatment="tramadol", limit=2)
    assert [facet["field"] for facet in found["facets"]] == ["year", "outcome"]
    assert [len(facet["values"]) for facet in found["facets"]] == [2, 2]
    assert found["facets"][0]["more"] > 0
    assert [facet["field"] for facet in get(whole, "facets")["facets"]][:2] == ["outcome", "treatment"]


def test_guidelines_tell_sections_and_editions(whole: Client) -> None:
    first = get(whole, "guidelines")["guidelines"][0]
    assert (first["authority"], first["title"]) == ("MTUS", "Chronic Pain Medical Treatment")
    assert first["sections"][0]["section"]
    assert first["editions"][0]["effective_from"]
    assert whole.get(f"/api/items?{first['editions'][0]['items']['n']}").json()["count"] == first["editions"][0]["n"]


def test_similar_items_read_like_a_search(whole: Client) -> None:
    item = get(whole, "items", limit=1)["items"][0]
    found = get(whole, f"determinations/{item['determination_id']}/items/{item['item']}/similar", limit=3)
    assert [result["rank"] for result in found["results"]] == [1, 2, 3]
    assert found["requests"][0]["text"]
    assert item["determination_id"] not in {result["determination_id"] for result in found["results"]}


@pytest.mark.parametrize("address", ["items", "facets", "outcomes", "guidelines"])
@pytest.mark.parametrize(
    ("asked", "line"),
    [
        ({"outcome": "granted"}, "outcome[0] must be 'upheld' or 'overturned'"),
        ({"treatment": "nonsense"}, "unknown treatment (in the index: "),
        ({"decision_from": "2016"}, "decision_from must be a date, YYYY-MM-DD"),
        ({"decision_from": "2017-01-01", "decision_to": "2016-01-01"}, "is after decision_to"),
        ({"colour": "red"}, "unknown parameter colour"),
        ({"limit": 0}, "limit: expected int >= 1"),
        ({"dependent": "maybe"}, "dependent must be 'include' or 'exclude' or 'only'"),
        ({"duplicates": "twice"}, "duplicates must be 'once' or 'as_written'"),
        ({"has": "year"}, "has must be FIELD:VALUE"),
    ],
)
def test_bad_input_is_one_clear_line(whole: Client, address: str, asked: dict[str, Any], line: str) -> None:
    response = whole.get(f"/api/{address}", params=asked)
    assert response.status_code == 400
    assert line in response.json()["detail"]


@pytest.mark.parametrize(
    ("address", "line"),
    [
        ("outcomes?group_by=colour", "group_by must be 'treatment' or 'body_region' or 'year' or 'specialty'"),
        ("facets?field=colour", "field[0] must be 'outcome' or "),
        ("items?cursor=x", "cursor must be one that an earlier page ended with"),
        ("items?cursor=a%231&cursor=b%231", "cursor is given more than once"),
    ],
)
def test_what_only_one_takes_is_checked_too(whole: Client, address: str, line: str) -> None:
    response = whole.get(f"/api/{address}")
    assert response.status_code == 400
    assert line in response.json()["detail"]


@pytest.mark.parametrize("address", ["nobody/items/1/similar", "SAMPLE-0001/items/99/similar", "x/items/y/similar"])
def test_similar_to_what_is_not_there_is_404(whole: Client, address: str) -> None:
    response = whole.get(f"/api/determinations/{address}")
    assert response.status_code == 404
    assert set(response.json()) == {"status_code", "detail"}


def test_parameters_are_declared(whole: Client) -> None:
    paths = whole.get("/schema").json()["paths"]
    for address, own in [("items", "cursor"), ("facets", "field"), ("outcomes", "group_by"), ("guidelines", "limit")]:
        declared = {one["name"]: one for one in paths[f"/api/{address}"]["get"]["parameters"]}
        assert {own, "treatment", "exclude_cases", "decision_from", "has", "dependent", "duplicates"} <= set(declared)
        assert declared["treatment"]["in"] == "query"
    similar = paths["/api/determinations/{id}/items/{n}/similar"]["get"]["parameters"]
    assert {"id", "n", "limit", "outcome"} <= {one["name"] for one in similar}
