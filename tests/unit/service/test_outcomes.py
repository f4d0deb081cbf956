"""Counts and rates of a cohort: hand-computed, null where there is too little, never counting a reason twice."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.filters import NO_FILTERS, Filters
from indexer.index import Index, ItemKey
from indexer.records import Determination, DisputedItem, Treatment
from service.outcomes import Decided as Outcome
from service.outcomes import base_rate_of, count_outcomes, outcomes_for
from service.records import Cohort
from service.understand import RequestedItem
from tests.support.fake_index import Decided, FakeIndex, letter

COHORT = Cohort(level="treatment", treatment="tramadol", body_region=None)


Decisions = list[Outcome]


def cohort(letters: int, each: int, overturned: int) -> Decisions:
    """Return letters of `each` items, of all of which the first `overturned` are overturned."""
    granted = [place < overturned for place in range(letters * each)]
    return decisions([granted[start : start + each] for start in range(0, letters * each, each)])


def decisions(letters: list[list[bool]]) -> Decisions:
    """Return letters of items that are overturned or not, every rationale its own."""
    made: Decisions = []
    for number, granted in enumerate(letters):
        items = [
            Decided("Tramadol", f"Reason {number}, {place}.", "tramadol", outcome="overturned" if one else "upheld")
            for place, one in enumerate(granted)
        ]
        determination = letter(f"CM20-{number:04}-aa", f"CM20-{number:04}", *items)
        made += [outcome(determination, item) for item in determination.items]
    return made


def outcome(determination: Determination, item: DisputedItem, stands_for: Outcome | None = None) -> Outcome:
    """Return an item as it is counted: by itself, or as one that says the same as another."""
    key = stands_for.stands_for if stands_for else ItemKey(determination.id, item.number)
    return Outcome(determination.id, item, key)


def test_by_hand() -> None:
    found = count_outcomes(cohort(10, 2, 5), 0.25, COHORT)
    assert (found.n, found.letters, found.upheld, found.overturned) == (20, 10, 15, 5)
    assert found.overturn_rate == 0.25
    assert (found.base_rate, found.cohort) == (0.25, COHORT)


@pytest.mark.parametrize(("letters", "each", "told"), [(10, 2, True), (19, 1, False), (9, 3, False), (20, 1, True)])
def test_no_rate_from_too_few_items_or_letters(letters: int, each: int, told: bool) -> None:  # noqa: FBT001
    found = count_outcomes(cohort(letters, each, 4), None, None)
    assert (found.n, found.letters, found.overturned) == (letters * each, letters, 4)
    assert (found.overturn_rate is not None) is told
    assert (found.interval is not None) is told


def test_the_same_reason_for_the_same_treatment_counts_once() -> None:
    twins = cohort(20, 1, 20) + cohort(20, 1, 20)
    assert count_outcomes(twins, None, None).n == 20
    shared = [one._replace(stands_for=twins[0].stands_for) for one in cohort(25, 1, 0)]
    found = count_outcomes(shared, None, None)
    assert (found.n, found.letters, found.overturn_rate) == (1, 1, None)


def test_what_the_index_calls_the_same_counts_once() -> None:
    same = Decided("Tramadol 50mg", "No gain from 2 months of use.", "tramadol")
    again = Decided("Tramadol 100mg", "No gain from 3 months of use.", "tramadol")
    sling = Decided("A sling", "No gain from 2 months of use.", "tramadol sling")
    index = FakeIndex(letter("A-aa", "A", same), letter("B-bb", "B", again, sling))
    assert outcomes_for(asked(TRAMADOL), index, NO_FILTERS, None).n == 2
    assert outcomes_for(asked(TRAMADOL), index, Filters(exclude_cases=("A",)), None).n == 2


def test_an_item_that_follows_another_is_left_out() -> None:
    made = cohort(20, 1, 10)
    dependent = [one._replace(item=msgspec.structs.replace(one.item, depends_on=1)) for one in made[:1]]
    found = count_outcomes(dependent + made[1:], None, None)
    assert (found.n, found.overturned, found.overturn_rate) == (19, 9, None)


def test_nothing_decided() -> None:
    found = count_outcomes([], None, None)
    assert (found.n, found.letters, found.overturn_rate, found.interval) == (0, 0, None, None)


@pytest.mark.parametrize(("overturned", "rate"), [(0, 0.0), (40, 1.0)])
def test_all_one_way_has_no_width(overturned: int, rate: float) -> None:
    found = count_outcomes(cohort(20, 2, overturned), None, None)
    assert (found.overturn_rate, found.interval) == (rate, (rate, rate))


def test_items_of_one_letter_going_together_widen_the_interval() -> None:
    apart = cohort(100, 1, 50)
    # The same hundred decisions in ten letters, each all one way.
    together = cohort(10, 10, 50)
    narrow, wide = (count_outcomes(made, None, None).interval for made in (apart, together))
    assert narrow
    assert wide
    assert wide[1] - wide[0] > 2 * (narrow[1] - narrow[0])


@given(st.lists(st.lists(st.booleans(), min_size=1, max_size=9), min_size=10, max_size=40))
def test_the_interval_holds_the_rate_in_order_and_stays_the_same(letters: list[list[bool]]) -> None:
    made = decisions(letters)
    found = count_outcomes(made, None, None)
    assert found.n == found.upheld + found.overturned == sum(map(len, letters))
    assert found.overturned == sum(map(sum, letters))
    if found.overturn_rate is None:
        assert found.n < 20
        return
    assert found.interval
    low, high = found.interval
    assert 0 <= low <= found.overturn_rate <= high <= 1
    assert count_outcomes(made, None, None) == found
    assert count_outcomes(made[::-1], None, None).interval == found.interval


def asked(*treatments: Treatment, regions: tuple[str, ...] = ()) -> RequestedItem:
    return RequestedItem(text="x", treatments=treatments, body_regions=regions, laterality=(), quantity=None)


TRAMADOL = Treatment(concept="tramadol", category="Pharmaceuticals > Opioids")


def test_the_narrowest_cohort_with_enough_decisions_is_told(sample_index: Index) -> None:
    narrow = outcomes_for(asked(TRAMADOL, regions=("lumbar spine",)), sample_index, NO_FILTERS, None)
    wide = outcomes_for(asked(TRAMADOL), sample_index, NO_FILTERS, None)
    assert narrow.cohort
    assert wide.cohort
    order = ["treatment and body region", "treatment", "category"]
    assert order.index(narrow.cohort.level) <= order.index(wide.cohort.level)
    for found in (narrow, wide):
        assert found.cohort
        assert found.overturn_rate is not None or found.cohort.level == "category"


def test_a_cohort_counts_both_outcomes_whatever_the_filter(sample_index: Index) -> None:
    open_ = outcomes_for(asked(TRAMADOL), sample_index, NO_FILTERS, None)
    narrowed = outcomes_for(asked(TRAMADOL), sample_index, Filters(outcome=("upheld",)), None)
    assert narrowed == open_
    dated = outcomes_for(asked(TRAMADOL), sample_index, Filters(body_region=("knee",)), None)
    assert dated.n < open_.n


def test_an_unknown_treatment_has_no_cohort(sample_index: Index) -> None:
    found = outcomes_for(asked(), sample_index, NO_FILTERS, 0.25)
    assert (found.n, found.cohort, found.overturn_rate, found.base_rate) == (0, None, None, 0.25)


def test_the_base_rate_is_of_the_whole_index(
    sample_index: Index, sample_determinations: tuple[Determination, ...]
) -> None:
    base = base_rate_of(sample_index)
    decided = [
        Outcome(one.id, item, sample_index.stands_for(ItemKey(one.id, item.number)))
        for one in sample_determinations
        for item in one.items
    ]
    assert base == count_outcomes(decided, None, None).overturn_rate
    assert base
    assert 0.1 < base < 0.5
