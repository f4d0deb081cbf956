"""A generation opened for reading: searches, records and facets, from any thread."""

import threading
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.columns import columns_of
from indexer.embed import HashingEmbedder
from indexer.filters import FACETS, NO_FILTERS, Filters
from indexer.index import Index, ItemKey, PassageHit
from indexer.records import Determination
from indexer.store.embedded import EmbeddedIndex, open_embedded

EMBEDDER = HashingEmbedder()
FILTERS = [
    NO_FILTERS,
    Filters(outcome=("overturned",)),
    Filters(body_region=("knee",)),
    Filters(exclude_cases=("CM15-0000001",)),
    Filters(outcome=("upheld",), treatment=("tramadol",)),
    Filters(treatment=("nothing of the kind",)),
]
QUERIES = ["tramadol screen", "stable knee", "tear of the shoulder", "lumbar mri red flags", ""]


def test_keys_come_in_order_of_id_and_number(index: EmbeddedIndex, letters: tuple[Determination, ...]) -> None:
    keys = index.select(NO_FILTERS)
    assert keys == sorted(ItemKey(one.id, item.number) for one in letters for item in one.items)


@pytest.mark.parametrize("filters", FILTERS)
@pytest.mark.parametrize("query", QUERIES)
def test_vectors_and_filters_together(index: EmbeddedIndex, query: str, filters: Filters) -> None:
    vector = EMBEDDER.encode([query])[0]
    every = index.search_vector(vector, 1000)
    allowed = set(index.select(filters))
    expected = [hit for hit in every if hit.key in allowed]
    for limit in range(1, len(every) + 1):
        assert index.search_vector(vector, limit, filters) == expected[:limit]


@pytest.mark.parametrize("filters", FILTERS)
@pytest.mark.parametrize("query", QUERIES)
def test_words_and_filters_together(index: EmbeddedIndex, query: str, filters: Filters) -> None:
    every = index.search_text(query, 1000)
    allowed = set(index.select(filters))
    expected = [hit for hit in every if hit.key in allowed]
    for limit in range(1, len(every) + 1):
        found = index.search_text(query, limit, filters)
        assert [hit.key for hit in found] == [hit.key for hit in expected[:limit]]
        assert [hit.score for hit in found] == pytest.approx([hit.score for hit in expected[:limit]])


def test_equal_items_are_ordered_by_key(index: EmbeddedIndex) -> None:
    same = ["CM15-0000001-aaaaaaaa", "CM15-0000001-bbbbbbbb"]
    vector = EMBEDDER.encode(["Tramadol 50mg. No screen is on file."])[0]
    near = index.search_vector(vector, 2)
    assert [hit.key.determination_id for hit in near] == same
    assert near[0].score == near[1].score
    assert [hit.key.determination_id for hit in index.search_text("tramadol", 2)] == same


def test_scores_are_the_cosines_of_numpy(sample_index: Index, sample_determinations: tuple[Determination, ...]) -> None:
    query = EMBEDDER.encode([sample_determinations[0].items[0].request])[0]
    hits = sample_index.search_vector(query, sample_index.counts.passages)
    assert len(hits) == sample_index.counts.passages
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    letters = {letter.id: letter for letter in sample_determinations}
    for hit in hits[:50]:
        letter = letters[hit.key.determination_id]
        item = letter.item(hit.key.item)
        assert item is not None
        text = f"{item.request.removesuffix('.')}. {letter.text[hit.start : hit.end]}"
        assert hit.score == pytest.approx(float(EMBEDDER.encode([text])[0] @ query), abs=5e-4), (
            "vectors are kept as float16"
        )


def test_facets_count_items(index: EmbeddedIndex) -> None:
    assert index.facet("outcome") == {"upheld": 4, "overturned": 2}
    assert index.facet("treatment") == {"tramadol": 2, "magnetic resonance imaging": 1}
    assert index.facet("category")["pharmaceuticals"] == 2
    assert index.facet("guideline") == {"knee chapter": 1, "mtus": 1, "odg": 1, "opioids": 1}
    assert index.facet("no such field") == {}


@pytest.mark.parametrize("field", FACETS)
def test_a_facet_s_count_is_what_its_filter_selects(sample_index: Index, field: str) -> None:
    counted = sample_index.facet(field)
    assert counted
    assert list(counted.values()) == sorted(counted.values(), reverse=True)
    for value, count in list(counted.items())[:20]:
        found = len(sample_index.select(msgspec.convert({field: (value,)}, Filters)))
        assert found >= count if field == "guideline" else found == count


def test_a_letter_is_found_by_case_number_or_id_in_any_case(index: EmbeddedIndex) -> None:
    assert [one.id[-8:] for one in index.by_case(" cm15-0000001 ")] == ["aaaaaaaa", "bbbbbbbb"]
    assert [one.id for one in index.by_case("LETTER-dddddddd")] == ["letter-dddddddd"]
    assert [one.id for one in index.by_case("CM15-0000001-bbbbbbbb")] == ["CM15-0000001-bbbbbbbb"]
    assert index.by_case("CM15") == []
    assert index.by_case("") == []


def test_a_letter_that_is_not_there(index: EmbeddedIndex) -> None:
    assert index.determination("CM15-0000001") is None
    assert index.determination("' OR 1=1 --") is None


@given(st.text())
def test_any_text_is_a_query_an_id_and_a_case(sample_index: Index, text: str) -> None:
    assert len(sample_index.search_text(text, 5)) <= 5
    assert sample_index.determination(text) is None
    assert sample_index.by_case(text) == []
    assert sample_index.select(Filters(exclude_cases=(text,))) == sample_index.select(NO_FILTERS)


def test_any_thread_may_ask(index: EmbeddedIndex) -> None:
    vector = EMBEDDER.encode(["knee"])[0]
    expected = index.search_vector(vector, 5, Filters(outcome=("upheld",)))
    found: list[list[PassageHit]] = []
    lock = threading.Lock()

    def ask() -> None:
        for _ in range(20):
            hits = index.search_vector(vector, 5, Filters(outcome=("upheld",)))
            with lock:
                found.append(hits)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [expected] * 80


def test_an_index_may_be_closed_twice_and_opened_again(index_dir: Path) -> None:
    first = open_embedded(index_dir)
    first.close()
    first.close()
    second = open_embedded(index_dir)
    assert second.counts.letters == 5
    second.close()


def test_every_passage_is_a_place_in_its_letter(sample_index: Index) -> None:
    vector = EMBEDDER.encode(["any words at all"])[0]
    hits = sample_index.search_vector(vector, sample_index.counts.passages)
    assert {hit.key for hit in hits} == set(sample_index.select(NO_FILTERS))
    for hit in hits:
        letter = sample_index.determination(hit.key.determination_id)
        assert letter is not None
        item = letter.item(hit.key.item)
        assert item is not None
        assert item.rationale.start <= hit.start < hit.end <= item.rationale.end


def test_near_duplicates_are_decided_when_the_index_is_written(index: EmbeddedIndex) -> None:
    standing = {key: index.stands_for(key) for key in index.select(NO_FILTERS)}
    first, again = ItemKey("CM15-0000001-aaaaaaaa", 1), ItemKey("CM15-0000001-bbbbbbbb", 1)
    assert standing.pop(again) == first
    assert all(key == one for key, one in standing.items())


def test_phrases_hold_in_every_search_and_with_the_other_filters(index: EmbeddedIndex) -> None:
    vector = EMBEDDER.encode(["knee"])[0]
    brace = Filters(phrases=("Knee  brace", "is stable"))
    both = [ItemKey("CM16-0000002-cccccccc", 1), ItemKey("letter-dddddddd", 1)]
    assert index.select(brace) == both
    assert {hit.key for hit in index.search_vector(vector, 9, brace)} == set(both)
    assert {hit.key for hit in index.search_text("knee shoulder tramadol", 9, brace)} == set(both)
    assert index.select(Filters(phrases=("knee brace",), outcome=("overturned",))) == both[1:]
    assert index.select(Filters(phrases=("brace the",))) == [], "title and rationale are two texts"
    assert index.search_vector(vector, 9, Filters(phrases=("no such words",))) == []


def test_words_are_counted_by_item(index: EmbeddedIndex) -> None:
    assert [index.frequency(word) for word in ("knee", "tramadol", "absent")] == [2, 2, 0]


def test_what_is_counted_is_that_of_the_letters(index: EmbeddedIndex, letters: tuple[Determination, ...]) -> None:
    in_order = sorted(letters, key=lambda one: one.id)
    for expected, column in zip(columns_of(in_order), index.columns, strict=True):
        assert expected.tolist() == column.tolist()
    assert index.values("treatment").names == ("magnetic resonance imaging", "tramadol")
    assert "MTUS: Opioids" in index.values("cited").names
    assert index.values("nothing").names == ()


def test_rows_are_places_in_order_of_key(index: EmbeddedIndex) -> None:
    for filters in (NO_FILTERS, Filters(treatment=("tramadol",)), Filters(treatment=("none",))):
        assert index.keys(index.rows(filters)) == index.select(filters)


def test_an_item_s_vectors_are_its_passages(index: EmbeddedIndex) -> None:
    found = sum(len(index.vectors(key)) for key in index.select(NO_FILTERS))
    assert found == index.counts.passages
    assert index.vectors(ItemKey("letter-dddddddd", 2)).shape[0] == 0
