"""What holds of every count over the sample index: each number is the length of the list that it opens."""

from collections import Counter
from datetime import date
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.errors import FilterFault, RequestFault
from indexer.filters import Filters
from indexer.records import Determination, DisputedItem
from service.ledger import GroupBy, Ledger
from service.precedents import PrecedentService
from service.records import Outcomes
from service.selection import Dependent, Duplicates, Selection, query_of
from service.tallies import ItemsPage, Reliance
from service.web.query import read_query
from service.web.requests import ItemsQuery, selection_of

FILTERS = st.builds(
    Filters,
    outcome=st.sampled_from([(), (), ("upheld",), ("overturned",)]),
    treatment=st.sampled_from([(), (), ("tramadol",), ("Norco", "MRI"), ("physical therapy", "tramadol")]),
    category=st.sampled_from([(), (), ("pharmaceuticals",)]),
    body_region=st.sampled_from([(), (), ("low back",), ("knee", "shoulder")]),
    specialty=st.sampled_from([(), (), ("pain management",)]),
    guideline=st.sampled_from([(), (), ("mtus",), ("chronic pain",)]),
    decision_from=st.sampled_from([None, None, date(2016, 1, 1)]),
    decision_to=st.sampled_from([None, None, date(2018, 6, 30)]),
    exclude_cases=st.sampled_from([(), ("SAMPLE-0001",)]),
)
SELECTIONS = st.builds(
    Selection,
    filters=FILTERS,
    has=st.lists(
        st.sampled_from(["year:2016", "body_region:", "outcome:upheld", "category:pharmaceuticals", "cited:"]),
        max_size=2,
    ).map(tuple),
    dependent=st.sampled_from(get_args(Dependent)),
    duplicates=st.sampled_from(get_args(Duplicates)),
)


@pytest.fixture(scope="module")
def ledger(sample_service: PrecedentService) -> Ledger:
    return sample_service.ledger


def opened(ledger: Ledger, query: str, **asked: Any) -> ItemsPage:
    """Open a list as a user would: by the query alone."""
    return ledger.items(selection_of(read_query(query.encode(), ItemsQuery)), **asked)


def lists_hold(ledger: Ledger, found: Outcomes | Reliance) -> None:
    """Every number of an answer is the count of the list that it names."""
    for name, query in found.items.items():
        page = opened(ledger, query, limit=1)
        assert page.count == getattr(found, name), (name, query)
        if name == "n":
            assert page.letters == found.letters
    assert found.n == found.upheld + found.overturned


@given(SELECTIONS, st.sampled_from(get_args(GroupBy)))
@settings(max_examples=30)
def test_outcomes_open_their_lists(ledger: Ledger, selection: Selection, group_by: GroupBy) -> None:
    found = ledger.outcomes(selection, group_by, 1000)
    lists_hold(ledger, found.total)
    assert found.more == 0
    for group in found.groups:
        lists_hold(ledger, group)
        assert 0 < group.n <= found.total.n
        if group.overturn_rate is not None:
            assert group.interval
            assert group.interval[0] <= group.overturn_rate <= group.interval[1]
    assert [group.n for group in found.groups] == sorted((group.n for group in found.groups), reverse=True)


@given(SELECTIONS)
@settings(max_examples=30)
def test_years_part_the_total_as_written(ledger: Ledger, selection: Selection) -> None:
    found = ledger.outcomes(selection, "year", 1000)
    assert sum(group.as_written for group in found.groups) == found.total.as_written
    assert sum(group.n for group in found.groups) >= found.total.n
    if selection.duplicates == "as_written":
        assert sum(group.n for group in found.groups) == found.total.n


@given(SELECTIONS)
@settings(max_examples=30)
def test_facets_open_their_lists(ledger: Ledger, selection: Selection) -> None:
    found = ledger.facets(selection, limit=6)
    assert opened(ledger, found.items).count == found.count == ledger.items(selection).count
    for facet in found.facets:
        for value in facet.values:
            assert opened(ledger, value.items, limit=1).count == value.count > 0
    (outcomes,) = (facet for facet in found.facets if facet.field == "outcome")
    assert sum(value.count for value in outcomes.values) == found.count


@given(SELECTIONS)
@settings(max_examples=20)
def test_guidelines_open_their_lists(ledger: Ledger, selection: Selection) -> None:
    found = ledger.guidelines(selection, 8)
    lists_hold(ledger, found.total)
    lists_hold(ledger, found.uncited)
    for guideline in found.guidelines:
        for part in (guideline, *guideline.sections, *guideline.editions):
            lists_hold(ledger, part)
            assert part.n <= guideline.n <= found.total.n


@given(SELECTIONS, st.integers(1, 100))
@settings(max_examples=20)
def test_pages_hold_every_item_once_in_order(ledger: Ledger, selection: Selection, limit: int) -> None:
    whole, cursor = [], None
    while True:
        page = ledger.items(selection, cursor, limit)
        whole += page.items
        cursor = page.cursor
        if cursor is None:
            break
        assert len(page.items) == limit
    keys = [(item.determination_id, item.item) for item in whole]
    assert len(keys) == page.count
    assert keys == sorted(set(keys))
    assert page.letters == len({name for name, _ in keys})


@given(SELECTIONS)
def test_a_query_gives_back_its_selection(selection: Selection) -> None:
    assert selection_of(read_query(query_of(selection).encode(), ItemsQuery)) == selection


def test_counts_against_the_letters(ledger: Ledger, sample_determinations: tuple[Determination, ...]) -> None:
    """Counted once more, letter by letter."""
    decided = [(one, item) for one in sample_determinations for item in one.items]
    found = ledger.facets(Selection(), ["treatment", "year", "specialty"], 1000)
    by_field = {facet.field: {value.value: value.count for value in facet.values} for facet in found.facets}
    assert by_field["treatment"] == _counted(
        [treatment.concept.casefold() for treatment in item.treatments] for _, item in decided
    )
    assert by_field["year"] == _counted([str(one.dates.decision.year)] for one, _ in decided if one.dates.decision)
    assert by_field["specialty"] == _counted(
        [name.casefold() for name in one.reviewer.specialties_normalised] for one, _ in decided
    )
    total = ledger.outcomes(Selection(dependent="exclude", duplicates="once")).total
    assert total.dependent == sum(item.depends_on is not None for _, item in decided) > 0
    assert total.as_written == len(decided) - total.dependent


def _counted(values: Any) -> dict[str | None, int]:
    counts: Counter[str | None] = Counter()
    for each in values:
        counts.update(set(each) or {None})
    return dict(counts)


def test_guidelines_against_the_letters(ledger: Ledger, sample_determinations: tuple[Determination, ...]) -> None:
    found = ledger.guidelines(Selection(), 1000)
    assert {(one.authority, one.title.casefold()): one.n for one in found.guidelines} == _relied(
        [item for one in sample_determinations for item in one.items]
    )
    assert found.guidelines[0].title == "Chronic Pain Medical Treatment"
    years = {edition.edition for edition in found.guidelines[0].editions}
    assert {"2009", "2016"} <= years
    # Chronic Pain Medical Treatment Guidelines: 2009 to July 2016, 2016 to November 2017, ACOEM from December 2017.
    ends = [edition.effective_to for edition in found.guidelines[0].editions]
    assert date(2017, 11, 30) in ends


def _relied(items: list[DisputedItem]) -> dict[tuple[str, str], int]:
    counts: Counter[tuple[str, str]] = Counter()
    for item in items:
        counts.update(
            {(one.authority, " ".join(one.title.casefold().split())) for one in item.citations if one.cited_by == "imr"}
        )
    return dict(counts)


@pytest.mark.parametrize(
    ("has", "line"),
    [
        ("year", "has must be FIELD:VALUE"),
        ("colour:red", "has must be FIELD:VALUE"),
        ("year:1066", "has: no indexed decision has year '1066'"),
        ("body_region:" + "x" * 500, "has: no indexed decision has body region 'xxx"),
    ],
)
def test_a_condition_that_names_nothing_is_refused(ledger: Ledger, has: str, line: str) -> None:
    with pytest.raises(FilterFault, match=line) as raised:
        ledger.items(Selection(has=(has,)))
    assert len(str(raised.value)) < 200


@pytest.mark.parametrize("cursor", ["", "x", "#", "SAMPLE-0001#x", "SAMPLE-0001#\u0663"])
def test_a_cursor_of_another_kind_is_refused(ledger: Ledger, cursor: str) -> None:
    with pytest.raises(RequestFault, match="cursor must be one"):
        ledger.items(Selection(), cursor)


def test_a_cursor_outlives_its_item(ledger: Ledger) -> None:
    rest = ledger.items(Selection(), "SAMPLE-0027-nosuchid#7", 1)
    assert rest.items[0].determination_id > "SAMPLE-0027-nosuchid"
    assert ledger.items(Selection(), "zzz#1").items == ()


def test_a_list_tells_what_it_lists(ledger: Ledger, sample_determinations: tuple[Determination, ...]) -> None:
    (item,) = ledger.items(Selection(), limit=1).items
    letter = sample_determinations[0]
    assert (item.determination_id, item.title) == (letter.id, letter.items[0].title)
    assert item.cite_as.startswith(f"IMR Case No. {letter.case_number}, decided ")
    assert msgspec.to_builtins(item)["decision_date"] == str(letter.dates.decision)
