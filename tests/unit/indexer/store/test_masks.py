"""Filters as masks let pass exactly the items that the same conditions select in Python."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.columns import Columns, IntArray, Values, columns_of, values_from, values_of
from indexer.embed import HashingEmbedder
from indexer.filters import NO_FILTERS, Filters
from indexer.records import Authority, Determination, DisputedItem, ItemOutcome, Party, Treatment
from indexer.store.embedded import open_embedded
from indexer.store.masks import mask_of
from tests.support.letters import Cited, Item, contents, determination, publish

Ids = Callable[[Filters], list[str]]

CASES = ["CM15-0000001", "CM15-0000002", "cm16-0000003"]
OUTCOMES: list[ItemOutcome] = ["upheld", "overturned"]
CONCEPTS = ["tramadol", "Knee Brace", "x'); DROP TABLE items; --"]
CATEGORIES = ["Drugs", "Drugs > Opioids", "Braces > Knee"]
REGIONS = ["knee", "Lumbar Spine"]
SPECIALTIES = ["Pain Management", "Surgery"]
AUTHORITIES: list[Authority] = ["MTUS", "ACOEM", "ODG", "other"]
PARTIES: list[Party] = ["imr", "claims_administrator"]
TITLES = ["Chronic Pain Medical Treatment", "Knee Complaints", "100% of_it"]
DAYS = [date(2015, 1, 1), date(2015, 12, 31), date(2016, 1, 1)]


def some(values: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
    """A few of some values."""
    return st.lists(st.sampled_from(values), max_size=2, unique=True).map(tuple)


ITEMS = st.builds(
    Item,
    outcome=st.sampled_from(OUTCOMES),
    treatments=st.lists(
        st.builds(Treatment, concept=st.sampled_from(CONCEPTS), category=st.sampled_from(CATEGORIES)), max_size=2
    ).map(tuple),
    regions=some(REGIONS),
    cited=st.lists(
        st.builds(Cited, st.sampled_from(AUTHORITIES), st.sampled_from(TITLES), st.sampled_from(PARTIES)), max_size=2
    ).map(tuple),
)


@st.composite
def letters(draw: st.DrawFn) -> list[Determination]:
    """A few letters, some without case number or date."""
    made = []
    for number in range(draw(st.integers(0, 5))):
        case = draw(st.none() | st.sampled_from(CASES))
        made.append(
            determination(
                f"{case or 'letter'}-{number:08x}",
                *draw(st.lists(ITEMS, max_size=3)),
                case=case,
                decided=draw(st.none() | st.sampled_from(DAYS)),
                specialties=draw(some(SPECIALTIES)),
            )
        )
    return made


def shouted(values: list[str]) -> st.SearchStrategy[tuple[str, ...]]:
    """Some values in any case, with one that nothing has."""
    return some([*values, *map(str.upper, values), "none of these"])


FILTERS = st.builds(
    Filters,
    outcome=st.lists(st.sampled_from(OUTCOMES), max_size=2).map(tuple),
    treatment=shouted(CONCEPTS),
    category=shouted(CATEGORIES),
    body_region=shouted(REGIONS),
    specialty=shouted(SPECIALTIES),
    guideline=shouted([*AUTHORITIES, *TITLES, "chronic pain", "complaints", "%", "_"]),
    decision_from=st.none() | st.sampled_from(DAYS),
    decision_to=st.none() | st.sampled_from(DAYS),
    exclude_cases=some([*CASES, " cm15-0000001 ", "letter-00000000", "CM15-0000002-00000001", "", "unknown"]),
)


def passes(filters: Filters, letter: Determination, item: DisputedItem) -> bool:
    """Say in plain Python whether an item passes."""
    relied = [citation for citation in item.citations if citation.cited_by == "imr"]
    held: dict[str, list[str]] = {
        "treatment": [treatment.concept for treatment in item.treatments],
        "category": [
            name
            for treatment in item.treatments
            for name in (treatment.category, treatment.category.partition(" > ")[0])
        ],
        "body_region": list(item.body_regions),
        "specialty": list(letter.reviewer.specialties_normalised),
    }
    for field, values in held.items():
        wanted = {value.lower() for value in getattr(filters, field)}
        if wanted and not wanted & {value.lower() for value in values}:
            return False
    cited = [text.lower() for one in relied for text in (one.authority, one.title)]
    if filters.guideline and not any(value.lower() in text for value in filters.guideline for text in cited):
        return False
    if filters.outcome and item.outcome not in filters.outcome:
        return False
    decided = letter.dates.decision
    if filters.decision_from and (decided is None or decided < filters.decision_from):
        return False
    if filters.decision_to and (decided is None or decided > filters.decision_to):
        return False
    excluded = {case.strip().lower() for case in filters.exclude_cases}
    return not excluded & {(letter.case_number or letter.id).lower(), letter.id.lower()}


class Held:
    """What masks are made from, in lists; phrases hold nowhere."""

    def __init__(self, letters: Sequence[Determination]) -> None:
        self._letters = letters
        self._items = [(letter, item) for letter in letters for item in letter.items]
        self.columns: Columns = columns_of(letters, [0] * len(self._items))

    def values(self, field: str) -> Values:
        """Return the values of a field."""
        held = [values_of(letter, item) for letter, item in self._items]
        return values_from(
            sorted((value, row) for row, pairs in enumerate(held) for name, value in pairs if name == field)
        )

    def of_cases(self, cases: tuple[str, ...]) -> IntArray:
        """Return the rows of some letters."""
        wanted = {case.strip().casefold() for case in cases}
        rows = [
            row
            for row, (letter, _) in enumerate(self._items)
            if wanted & {letter.id.casefold(), (letter.case_number or letter.id).casefold()}
        ]
        return np.asarray(rows, dtype=np.int64)

    def holding(self, _phrases: tuple[str, ...]) -> IntArray:
        """Return none."""
        return np.zeros(0, dtype=np.int64)


def expected(found: Sequence[Determination], filters: Filters) -> list[tuple[str, int]]:
    """Return the keys of the items that pass."""
    return [(letter.id, item.number) for letter in found for item in letter.items if passes(filters, letter, item)]


@given(letters(), FILTERS)
def test_masks_let_pass_what_python_selects(found: list[Determination], filters: Filters) -> None:
    found.sort(key=lambda letter: letter.id)
    keys = [(letter.id, item.number) for letter in found for item in letter.items]
    mask = mask_of(filters, Held(found))
    assert [key for key, passing in zip(keys, mask.tolist(), strict=True) if passing] == expected(found, filters)


@settings(max_examples=15)
@given(letters(), st.lists(FILTERS, min_size=8, max_size=8))
def test_an_index_selects_what_python_selects(
    tmp_path_factory: pytest.TempPathFactory, found: list[Determination], wanted: list[Filters]
) -> None:
    found.sort(key=lambda letter: letter.id)
    place = tmp_path_factory.mktemp("masks") / "index"
    embedder = HashingEmbedder()
    publish(place, *contents(found, embedder), embedder)
    with closing(open_embedded(place)) as index:
        for filters in wanted:
            assert index.select(filters) == expected(found, filters)


def test_what_holds_no_phrase_does_not_pass() -> None:
    assert not mask_of(Filters(phrases=("a phrase",)), Held(LETTERS)).any()


LETTERS = [
    determination(
        "CM15-0000001-aaaaaaaa",
        Item(
            treatments=(Treatment(concept="tramadol", category="Drugs > Opioids"),),
            regions=("knee",),
            cited=(Cited("MTUS", "Chronic Pain Medical Treatment"), Cited("ODG", "Knee", "claims_administrator")),
        ),
        case="CM15-0000001",
        decided=date(2015, 6, 1),
        specialties=("Pain Management",),
    ),
    determination("letter-bbbbbbbb", Item(outcome="overturned")),
]


@pytest.fixture(scope="module")
def ids(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ids]:
    """What selects from an index of two letters, the second of which has hardly a field."""
    place = tmp_path_factory.mktemp("masks") / "index"
    embedder = HashingEmbedder()
    publish(place, *contents(LETTERS, embedder), embedder)
    with closing(open_embedded(place)) as index:
        yield lambda filters: [key.determination_id[:6] for key in index.select(filters)]


def test_each_filter_by_itself(ids: Ids) -> None:
    assert ids(NO_FILTERS) == ["CM15-0", "letter"]
    assert ids(Filters(outcome=("overturned",))) == ["letter"]
    assert ids(Filters(outcome=("upheld", "overturned"))) == ["CM15-0", "letter"]
    assert ids(Filters(treatment=("Tramadol", "aspirin"))) == ["CM15-0"]
    assert ids(Filters(category=("drugs",))) == ["CM15-0"]
    assert ids(Filters(category=("drugs > opioids",))) == ["CM15-0"]
    assert ids(Filters(category=("opioids",))) == []
    assert ids(Filters(body_region=("KNEE",))) == ["CM15-0"]
    assert ids(Filters(specialty=("pain management",))) == ["CM15-0"]
    assert ids(Filters(guideline=("mtus",))) == ["CM15-0"]
    assert ids(Filters(guideline=("chronic pain",))) == ["CM15-0"]
    assert ids(Filters(guideline=("ODG",))) == [], "the claims administrator cited it, not the reviewer"


def test_dates_are_inclusive_and_no_date_never_matches(ids: Ids) -> None:
    day = date(2015, 6, 1)
    assert ids(Filters(decision_from=day)) == ["CM15-0"]
    assert ids(Filters(decision_to=day)) == ["CM15-0"]
    assert ids(Filters(decision_from=date(2015, 6, 2))) == []
    assert ids(Filters(decision_to=date(2015, 5, 31))) == []
    assert ids(Filters(decision_from=date.min)) == ["CM15-0"]
    assert ids(Filters(decision_to=date.max)) == ["CM15-0"]


def test_cases_are_excluded_by_number_and_by_id(ids: Ids) -> None:
    assert ids(Filters(exclude_cases=("cm15-0000001",))) == ["letter"]
    assert ids(Filters(exclude_cases=("CM15-0000001-AAAAAAAA",))) == ["letter"]
    assert ids(Filters(exclude_cases=(" letter-bbbbbbbb ",))) == ["CM15-0"]
    assert ids(Filters(exclude_cases=("CM15-0000001-ffffffff", "CM15", ""))) == ["CM15-0", "letter"]


def test_hundreds_of_thousands_of_values(ids: Ids) -> None:
    many = tuple(f"value {number}" for number in range(300_000))
    assert ids(Filters(exclude_cases=many)) == ["CM15-0", "letter"]
    assert ids(Filters(treatment=(*many, "tramadol"))) == ["CM15-0"]
    assert ids(Filters(guideline=(*many[:2000], "mtus"))) == ["CM15-0"]
