"""Dependent services: under a primary that ranks above them, else on their own."""

import msgspec

from indexer.facts import facts_of
from indexer.index import ItemKey
from indexer.records import Determination, Treatment
from service.agreement import Agreement
from service.dependents import primaries
from service.retrieve import Candidate
from service.understand import RequestedItem
from tests.support.fake_index import Decided, letter

FUSION, SLING, VISITS = 1, 2, 3


def operation(*depends_on: int | None) -> Determination:
    """Return a letter of a fusion, a sling and therapy, each depending on the item named."""
    made = letter(
        "A-aa",
        "A",
        Decided("Fusion", "It is unstable.", "fusion"),
        Decided("Sling", "No fusion, so no sling.", "sling"),
        Decided("Therapy", "No fusion, so no therapy.", "physical therapy"),
    )
    items = [msgspec.structs.replace(item, depends_on=on) for item, on in zip(made.items, depends_on, strict=True)]
    return msgspec.structs.replace(made, items=tuple(items))


def under(made: Determination, order: tuple[int, ...], *asked: str) -> dict[int, int]:
    """Return which item numbers go under which, for items found in an order and concepts asked for."""
    request = RequestedItem(
        text="x",
        treatments=tuple(Treatment(concept=name, category="Any") for name in asked),
        body_regions=(),
        laterality=(),
        quantity=None,
    )
    found = [
        Candidate(
            key=ItemKey(made.id, number),
            facts=facts_of(made, made.items[number - 1]),
            score=1 / rank,
            similarity=None,
            lexical_rank=None,
            dense_rank=None,
            agreement=Agreement(grade=0.0, concepts=(), category=None, body_regions=()),
            passages=(),
        )
        for rank, number in enumerate(order, start=1)
    ]
    return {one.item: primary.item for one, primary in primaries(found, request).items()}


def test_dependents_go_under_the_primary_that_ranks_above_them() -> None:
    made = operation(None, 1, 1)
    assert under(made, (FUSION, SLING, VISITS), "fusion") == {SLING: FUSION, VISITS: FUSION}
    assert under(made, (FUSION, VISITS)) == {VISITS: FUSION}


def test_a_dependent_nearer_to_the_request_keeps_its_place() -> None:
    assert under(operation(None, 1, 1), (SLING, FUSION, VISITS), "fusion") == {VISITS: FUSION}


def test_a_primary_that_is_not_found_takes_nothing_under_it() -> None:
    assert under(operation(None, 1, 1), (SLING, VISITS), "fusion") == {}


def test_what_is_asked_for_stands_on_its_own() -> None:
    made = operation(None, 1, 1)
    assert under(made, (FUSION, SLING, VISITS), "sling") == {VISITS: FUSION}
    assert under(made, (FUSION, SLING, VISITS), "sling", "fusion") == {SLING: FUSION, VISITS: FUSION}


def test_dependence_is_followed_to_its_end() -> None:
    assert under(operation(None, 1, 2), (FUSION, SLING, VISITS)) == {SLING: FUSION, VISITS: FUSION}
    assert under(operation(None, 1, 2), (FUSION, VISITS)) == {VISITS: FUSION}
    assert under(operation(None, 1, 2), (FUSION, SLING, VISITS), "sling") == {VISITS: FUSION}


def test_a_circle_and_a_missing_item_end_the_search() -> None:
    assert under(operation(2, 1, 3), (FUSION, SLING, VISITS)) == {SLING: FUSION}
    assert under(operation(9, 9, 9), (FUSION, SLING, VISITS)) == {}
