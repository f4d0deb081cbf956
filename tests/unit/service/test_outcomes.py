"""Counts and rates of a cohort: hand-computed, null where there is too little, never counting a reason twice."""

from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.columns import columns_of
from indexer.filters import NO_FILTERS, Filters
from indexer.index import Index
from indexer.records import Determination, Treatment
from service.outcomes import Cohorts, Shown, base_rate_of, count, shown_for
from service.records import Cohort, Outcomes
from service.selection import Selection, rated
from service.understand import RequestedItem
from tests.support.fake_index import Decided, letter

COHORT = Cohort(level="treatment", treatment="tramadol", body_region=None)
RATED = rated(NO_FILTERS)


Letters = list[Determination]


def cohort(letters: int, each: int, overturned: int) -> Letters:
    """Return letters of `each` items, of all of which the first `overturned` are overturned."""
    granted = [place < overturned for place in range(letters * each)]
    return decisions([granted[start : start + each] for start in range(0, letters * each, each)])


def decisions(letters: list[list[bool]]) -> Letters:
    """Return letters of items that are overturned or not, every rationale its own."""
    made: Letters = []
    for number, granted in enumerate(letters):
        items = [
            Decided("Tramadol", _own(number, place), "tramadol", outcome="overturned" if one else "upheld")
            for place, one in enumerate(granted)
        ]
        made.append(letter(f"CM20-{number:04}-aa", f"CM20-{number:04}", *items))
    return made


def _own(number: int, place: int) -> str:
    """Return a rationale like no other: near-duplicates count once, and figures alone make no difference."""
    spelt = f"{number}x{place}".translate(str.maketrans("0123456789", "bcdfghjklm"))
    return " ".join(f"word{spelt}{letter}" for letter in "pqrstv")


def outcomes_of(letters: Letters, selection: Selection = RATED, **told: Any) -> Outcomes:
    """Count every item of some letters."""
    columns = columns_of(letters)
    return count(columns, np.arange(len(columns.letter)), selection, **told)


def changed(one: Determination, **fields: Any) -> Determination:
    """Return a letter with fields of its first item changed."""
    first, *rest = one.items
    return msgspec.structs.replace(one, items=(msgspec.structs.replace(first, **fields), *rest))


def test_by_hand() -> None:
    found = outcomes_of(cohort(10, 2, 5), base_rate=0.25, cohort=COHORT)
    assert (found.n, found.letters, found.upheld, found.overturned) == (20, 10, 15, 5)
    assert found.overturn_rate == 0.25
    assert (found.base_rate, found.cohort) == (0.25, COHORT)


@pytest.mark.parametrize(("letters", "each", "told"), [(10, 2, True), (19, 1, False), (9, 3, False), (20, 1, True)])
def test_no_rate_from_too_few_items_or_letters(letters: int, each: int, told: bool) -> None:  # noqa: FBT001
    found = outcomes_of(cohort(letters, each, 4))
    assert (found.n, found.letters, found.overturned) == (letters * each, letters, 4)
    assert (found.overturn_rate is not None) is told
    assert (found.interval is not None) is told


def test_the_same_reason_for_the_same_treatment_counts_once() -> None:
    shared = [changed(one, rationale=cohort(1, 1, 0)[0].items[0].rationale) for one in cohort(25, 1, 0)]
    found = outcomes_of(shared)
    assert (found.n, found.letters, found.overturn_rate) == (1, 1, None)
    assert found.as_written == 25
    assert outcomes_of(shared, Selection(dependent="exclude", duplicates="as_written")).n == 25


def test_the_same_reason_for_another_treatment_or_outcome_counts_for_itself() -> None:
    (one,) = cohort(1, 1, 0)
    sling = changed(one, treatments=(Treatment(concept="sling", category="DME"),))
    assert outcomes_of([one, sling, changed(one, outcome="overturned"), one]).n == 3


def test_an_item_that_follows_another_is_left_out_unless_asked_for() -> None:
    made = cohort(20, 1, 10)
    letters = [changed(made[0], depends_on=1), *made[1:]]
    found = outcomes_of(letters)
    assert (found.n, found.overturned, found.overturn_rate, found.dependent) == (19, 9, None, 1)
    found = outcomes_of(letters, Selection(dependent="include", duplicates="once"))
    assert (found.n, found.overturned, found.overturn_rate, found.dependent) == (20, 10, 0.5, 1)
    assert outcomes_of(letters, Selection(dependent="only", duplicates="once")).n == 1


def test_nothing_decided() -> None:
    found = outcomes_of([])
    assert (found.n, found.letters, found.overturn_rate, found.interval) == (0, 0, None, None)


@pytest.mark.parametrize(("overturned", "rate"), [(0, 0.0), (40, 1.0)])
def test_all_one_way_has_no_width(overturned: int, rate: float) -> None:
    found = outcomes_of(cohort(20, 2, overturned))
    assert (found.overturn_rate, found.interval) == (rate, (rate, rate))


def test_items_of_one_letter_going_together_widen_the_interval() -> None:
    apart = cohort(100, 1, 50)
    # The same hundred decisions in ten letters, each all one way.
    together = cohort(10, 10, 50)
    narrow, wide = (outcomes_of(made).interval for made in (apart, together))
    assert narrow
    assert wide
    assert wide[1] - wide[0] > 2 * (narrow[1] - narrow[0])


@given(st.lists(st.lists(st.booleans(), min_size=1, max_size=9), min_size=10, max_size=40))
def test_the_interval_holds_the_rate_in_order_and_stays_the_same(letters: list[list[bool]]) -> None:
    made = decisions(letters)
    found = outcomes_of(made)
    assert found.n == found.upheld + found.overturned == sum(map(len, letters))
    assert found.overturned == sum(map(sum, letters))
    if found.overturn_rate is None:
        assert found.n < 20
        return
    for interval in (found.interval, found.wilson):
        assert interval
        assert 0 <= interval[0] <= found.overturn_rate <= interval[1] <= 1
    assert outcomes_of(made) == found
    assert outcomes_of(made[::-1]).interval == found.interval


def asked(*treatments: Treatment, regions: tuple[str, ...] = ()) -> RequestedItem:
    return RequestedItem(text="x", treatments=treatments, body_regions=regions, laterality=(), quantity=None)


NORCO = Treatment(concept="hydrocodone/acetaminophen", category="Pharmaceuticals > Opioids")
TRAMADOL = Treatment(concept="tramadol", category="Pharmaceuticals > Opioids")


def test_the_narrowest_cohort_with_enough_decisions_is_told(sample_index: Index) -> None:
    narrow = shown_for(asked(TRAMADOL, regions=("lumbar spine",)), sample_index, NO_FILTERS, None).outcomes
    wide = shown_for(asked(TRAMADOL), sample_index, NO_FILTERS, None).outcomes
    assert narrow.cohort
    assert wide.cohort
    order = ["treatment and body region", "treatment", "category"]
    assert order.index(narrow.cohort.level) <= order.index(wide.cohort.level)
    for found in (narrow, wide):
        assert found.cohort
        assert found.overturn_rate is not None or found.cohort.level == "category"


def test_a_cohort_counts_both_outcomes_whatever_the_filter(sample_index: Index) -> None:
    open_ = shown_for(asked(TRAMADOL), sample_index, NO_FILTERS, None)
    narrowed = shown_for(asked(TRAMADOL), sample_index, Filters(outcome=("upheld",)), None)
    assert narrowed == open_
    dated = shown_for(asked(TRAMADOL), sample_index, Filters(body_region=("knee",)), None)
    assert dated.outcomes.n < open_.outcomes.n


@pytest.mark.parametrize(
    "filters",
    [NO_FILTERS, Filters(outcome=("upheld",)), Filters(body_region=("knee",)), Filters(phrases=("low back",))],
)
@pytest.mark.parametrize("regions", [(), ("knee",), ("lumbar spine", "knee")])
def test_a_cohort_asked_for_again_is_as_at_first(
    sample_index: Index, filters: Filters, regions: tuple[str, ...]
) -> None:
    cohorts = Cohorts(sample_index, 0.25)
    for _ in range(2):
        for treatments in ((TRAMADOL,), (NORCO, TRAMADOL), ()):
            told = asked(*treatments, regions=regions)
            assert cohorts.shown(told, filters) == shown_for(told, sample_index, filters, 0.25)


@pytest.mark.parametrize(
    ("filters", "times"),
    [
        (Filters(outcome=("upheld",)), 1),
        (Filters(phrases=("low back",)), 2),
        (Filters(exclude_cases=("SAMPLE-0001",)), 2),
    ],
)
def test_a_cohort_is_counted_once_but_for_what_a_request_says_itself(
    sample_index: Index, monkeypatch: pytest.MonkeyPatch, filters: Filters, times: int
) -> None:
    counted: list[RequestedItem] = []

    def noted(told: RequestedItem, **_: object) -> Shown:
        counted.append(told)
        return Shown(outcomes=outcomes_of([]))

    monkeypatch.setattr("service.outcomes.shown_for", noted)
    cohorts = Cohorts(sample_index, None)
    for _ in range(2):
        cohorts.shown(asked(TRAMADOL), filters)
    assert len(counted) == times
    assert {told.text for told in counted} == {""}


def test_an_unknown_treatment_has_no_cohort(sample_index: Index) -> None:
    shown = shown_for(asked(), sample_index, NO_FILTERS, 0.25)
    found = shown.outcomes
    assert (found.n, found.cohort, found.overturn_rate, found.base_rate) == (0, None, None, 0.25)
    assert (shown.by_year, shown.by_specialty, found.items) == ((), (), {})


def test_years_add_up_to_the_cohort_and_specialties_are_the_most_frequent(sample_index: Index) -> None:
    shown = shown_for(asked(NORCO), sample_index, NO_FILTERS, None)
    years = [tally.key for tally in shown.by_year]
    assert years == sorted(years, key=str)
    assert len(years) > 3
    assert sum(tally.n for tally in shown.by_year) >= shown.outcomes.n
    assert sum(tally.overturned for tally in shown.by_year) >= shown.outcomes.overturned
    sizes = [tally.n for tally in shown.by_specialty]
    assert sizes == sorted(sizes, reverse=True)
    assert 1 < len(sizes) <= 8


def test_the_base_rate_is_of_the_whole_index(
    sample_index: Index, sample_determinations: tuple[Determination, ...]
) -> None:
    base = base_rate_of(sample_index)
    assert base == outcomes_of(list(sample_determinations)).overturn_rate
    assert base
    assert 0.1 < base < 0.5
