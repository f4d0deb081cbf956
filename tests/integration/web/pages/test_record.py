"""GET /record and GET /items."""

import re

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from indexer.filters import Filters
from service.precedents import PrecedentService
from service.selection import Selection
from tests.support.html import Page

Client = TestClient[Litestar]
_NUMBER = re.compile(r'<a href="(/items\?[^"]*)">(\d+)</a>')


@pytest.mark.parametrize(
    "query", ["", "?treatment=magnetic+resonance+imaging", "?body_region=&decision_from=2017-01-01"]
)
def test_every_number_is_the_count_of_its_list(client: Client, query: str) -> None:
    response = client.get(f"/record{query}")
    assert response.status_code == 200
    numbers = _NUMBER.findall(response.text)
    assert len(numbers) > 20
    for link, number in numbers[:: max(1, len(numbers) // 12)]:
        listed = client.get(link.replace("&amp;", "&"))
        assert listed.status_code == 200
        assert Page(listed.text).text.split(" decision")[0].split()[-1] == number, link


def test_rates_have_intervals(client: Client, sample_service: PrecedentService) -> None:
    page = Page(client.get("/record").text)
    answer = sample_service.ledger.outcomes(Selection(dependent="exclude", duplicates="once"), "treatment", 15)
    rated = [one for one in answer.groups if one.overturn_rate is not None]
    assert rated
    for one in rated:
        assert one.interval
        assert f"{one.overturn_rate:.1%} ({one.interval[0]:.1%} to {one.interval[1]:.1%})" in page.text
    assert page.text.count("too few for a rate") > 0
    assert page.all("rect", "interval")


def test_a_list_goes_on(client: Client, sample_service: PrecedentService) -> None:
    whole = sample_service.ledger.items(Selection(filters=Filters(treatment=("tramadol",)))).count
    address, seen = "/items?treatment=tramadol&limit=3", 0
    for _ in range(whole):
        page = Page(client.get(address).text)
        seen += len([one for one in page.all("a") if (one["href"] or "").startswith("/determinations/")])
        following = [one["href"] or "" for one in page.all("a") if one.get("rel") == "next"]
        if not following:
            break
        address = following[0]
    assert seen == whole > 3


@pytest.mark.parametrize(
    "path",
    ["/record?treatment=no+such+thing", "/record?odd=1", "/items?cursor=x", "/items?has=year:1066", "/items?limit=0"],
)
def test_what_cannot_be_counted(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 400
    assert Page(response.text).all("p", "problem")
