"""What every engine answers: by vector, by words, under filters."""

from datetime import date

import numpy as np
import pytest

from indexer.embed import HashingEmbedder
from indexer.facts import facts_of
from indexer.filters import NO_FILTERS, Filters
from indexer.index import Index, ItemKey
from indexer.records import Determination

EMBEDDER = HashingEmbedder()
QUERIES = ["tramadol screen", "stable knee", "tear of the shoulder", "lumbar mri red flags", "pain", ""]
FILTERS = [
    NO_FILTERS,
    Filters(outcome=("overturned",)),
    Filters(body_region=("knee",)),
    Filters(exclude_cases=("cm15-0000001 ",)),
    Filters(outcome=("upheld",), treatment=("tramadol",)),
    Filters(treatment=("nothing of the kind",)),
    Filters(phrases=("no screen",)),
]
# Vectors are kept as halves.
HALVES = 2e-3


def ids(keys: list[ItemKey]) -> list[str]:
    """Return keys shortly: the last letter of the id, and the item."""
    return [f"{key.determination_id[-1]}{key.item}" for key in keys]


def test_items_come_in_order_of_key(index: Index, letters: tuple[Determination, ...]) -> None:
    keys = index.select(NO_FILTERS)
    assert keys == sorted(ItemKey(one.id, item.number) for one in letters for item in one.items)
    assert index.keys(index.rows(NO_FILTERS)) == keys
    assert index.counts.items == len(keys)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        (Filters(outcome=("overturned",)), ["a2", "d1"]),
        (Filters(treatment=("tramadol",)), ["a1", "b1"]),
        (Filters(category=("pharmaceuticals",)), ["a1", "b1"]),
        (Filters(category=("pharmaceuticals > opioids", "diagnostic testing")), ["a1", "a2", "b1"]),
        (Filters(specialty=("pain management",)), ["a1", "a2"]),
        (Filters(guideline=("mtus",)), ["a1", "b1"]),
        (Filters(guideline=("knee",)), ["c1"]),
        (Filters(guideline=("nee chap",)), ["c1"]),
        (Filters(decision_from=date(2015, 6, 2)), ["b1", "c1", "e1"]),
        (Filters(decision_to=date(2015, 6, 2)), ["a1", "a2", "b1"]),
        (Filters(decision_from=date(2015, 6, 2), decision_to=date(2015, 6, 2)), ["b1"]),
        (Filters(exclude_cases=("CM15-0000001", "letter-DDDDDDDD")), ["c1", "e1", "f1"]),
        (Filters(exclude_cases=("CM15-0000001-aaaaaaaa",)), ["b1", "c1", "e1", "f1", "d1"]),
        (Filters(phrases=("knee is stable",)), ["c1", "d1"]),
        (Filters(phrases=("Knee, is STABLE!",)), ["c1", "d1"]),
        (Filters(phrases=("stable is",)), []),
        (Filters(phrases=("brace the knee",)), []),
        (Filters(phrases=("knee brace", "the knee")), ["c1", "d1"]),
        (Filters(phrases=("the last words fit",)), ["f1"]),
        (Filters(phrases=("the last words miss",)), []),
        (Filters(phrases=("...",)), []),
        (Filters(phrases=("knee", "x" * 40)), []),
        (Filters(phrases=("it's a ' quote \\",)), []),
    ],
)
def test_a_filter_selects_what_has_the_value_and_never_what_has_none(
    index: Index, filters: Filters, expected: list[str]
) -> None:
    assert ids(index.select(filters)) == expected
    assert index.keys(index.rows(filters)) == index.select(filters)


@pytest.mark.parametrize("filters", FILTERS)
@pytest.mark.parametrize("query", QUERIES)
def test_as_many_passages_as_there_are_under_any_filter(index: Index, query: str, filters: Filters) -> None:
    vector = EMBEDDER.encode([query])[0]
    every = index.search_vector(vector, 1000)
    assert len(every) == index.counts.passages
    allowed = set(index.select(filters))
    expected = [hit for hit in every if hit.key in allowed]
    for limit in range(1, len(every) + 1):
        assert index.search_vector(vector, limit, filters) == expected[:limit]


@pytest.mark.parametrize("filters", FILTERS)
@pytest.mark.parametrize("stemmed", [False, True])
@pytest.mark.parametrize("query", QUERIES)
def test_words_under_any_filter(index: Index, query: str, filters: Filters, *, stemmed: bool) -> None:
    every = index.search_text(query, 1000, stemmed=stemmed)
    allowed = set(index.select(filters))
    expected = [hit for hit in every if hit.key in allowed]
    for limit in range(len(every) + 1):
        found = index.search_text(query, limit, filters, stemmed=stemmed)
        assert [hit.key for hit in found] == [hit.key for hit in expected[:limit]]
        assert [hit.score for hit in found] == pytest.approx([hit.score for hit in expected[:limit]])


@pytest.mark.parametrize("filters", FILTERS)
@pytest.mark.parametrize("part", FILTERS)
def test_the_best_of_a_part_come_beside_the_best(index: Index, filters: Filters, part: Filters) -> None:
    inside = set(index.select(filters)) & set(index.select(part))
    vector = EMBEDDER.encode([QUERIES[0]])[0]
    every = index.search_vector(vector, 1000, filters)
    texts = index.search_text(QUERIES[3], 1000, filters)
    for limit in (1, 2, 3):
        best = {*every[:limit], *[hit for hit in every if hit.key in inside][:limit]}
        assert index.search_vector(vector, limit, filters, part) == [hit for hit in every if hit in best]
        worded = {*texts[:limit], *[hit for hit in texts if hit.key in inside][:limit]}
        assert index.search_text(QUERIES[3], limit, filters, part) == [hit for hit in texts if hit in worded]


def test_scores_are_cosines_and_higher_is_better(index: Index, letters: tuple[Determination, ...]) -> None:
    query = EMBEDDER.encode(["Is the knee stable?"])[0]
    hits = index.search_vector(query, 1000)
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    texts = {letter.id: letter for letter in letters}
    for hit in hits:
        letter = texts[hit.key.determination_id]
        item = letter.item(hit.key.item)
        assert item is not None
        embedded = EMBEDDER.encode([f"{item.request}. {letter.text[hit.start : hit.end]}"])[0]
        assert hit.score == pytest.approx(float(embedded @ query), abs=HALVES)


def test_equal_scores_are_ordered_by_key(index: Index) -> None:
    vector = EMBEDDER.encode(["Tramadol 50mg. No screen is on file."])[0]
    near = index.search_vector(vector, 2)
    assert ids([hit.key for hit in near]) == ["a1", "b1"]
    assert near[0].score == near[1].score
    assert ids([hit.key for hit in index.search_vector(vector, 1)]) == ["a1"]
    assert ids([hit.key for hit in index.search_text("tramadol", 1)]) == ["a1"]
    assert ids([hit.key for hit in index.search_text("tramadol", 2)]) == ["a1", "b1"]


def test_stems_meet_where_words_do_not(index: Index) -> None:
    assert index.search_text("braces", 10) == []
    assert ids([hit.key for hit in index.search_text("braces", 10, stemmed=True)]) == ["c1", "d1"]
    assert index.search_text("...", 10, stemmed=True) == []


def test_vectors_are_those_that_were_embedded(index: Index, letters: tuple[Determination, ...]) -> None:
    key = ItemKey(letters[0].id, 2)
    item = letters[0].items[1]
    expected = EMBEDDER.encode([f"{item.title}. {item.rationale.text}"])
    assert index.vectors(key) == pytest.approx(expected, abs=HALVES)
    assert index.vectors(key).dtype == np.float32
    assert index.vectors(ItemKey("nobody", 1)).shape == (0, EMBEDDER.fingerprint.dimension)
    assert index.vectors(ItemKey(letters[0].id, 9)).shape == (0, EMBEDDER.fingerprint.dimension)


def test_records_by_id_and_by_case(index: Index, letters: tuple[Determination, ...]) -> None:
    assert index.determination(letters[0].id) == letters[0]
    assert index.determination("nobody") is None
    assert index.by_case(" cm15-0000001 ") == [letters[0], letters[1]]
    assert index.by_case("LETTER-dddddddd") == [letters[3]]
    assert index.by_case("CM99-9999999") == []


def test_facts_without_letters(index: Index, letters: tuple[Determination, ...]) -> None:
    keys = [ItemKey(letters[0].id, 2), ItemKey(letters[0].id, 1)]
    assert index.facts(keys) == [facts_of(letters[0], letters[0].items[1]), facts_of(letters[0], letters[0].items[0])]
    assert index.facts([]) == []
    with pytest.raises(LookupError):
        index.facts([ItemKey(letters[0].id, 9)])


def test_what_is_counted(index: Index, letters: tuple[Determination, ...]) -> None:
    assert index.facet("outcome") == {"upheld": 5, "overturned": 2}
    assert index.facet("treatment") == {"tramadol": 2, "magnetic resonance imaging": 1}
    assert index.facet("nothing") == {}
    assert index.frequency("KNEE") == 2
    assert index.frequency("nowhere") == 0
    # Two letters spell one title in two ways; equally common, the first of the two in order stands for both.
    assert index.values("cited").names == ("MTUS: OPIOIDS", "ODG: Knee Chapter")
    assert index.values("cited").row.tolist() == [0, 2, 3]
    assert index.columns.decided.tolist()[0] == date(2015, 6, 1).toordinal()
    assert index.stands_for(ItemKey(letters[1].id, 1)) == ItemKey(letters[0].id, 1)
    assert index.stands_for(ItemKey(letters[4].id, 1)) == ItemKey(letters[4].id, 1)
