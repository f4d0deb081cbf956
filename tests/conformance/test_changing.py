"""What every engine does when an index is written: generations, replacements, deletions."""

import pytest

from config.errors import IndexFault
from indexer.embed import HashingEmbedder
from indexer.filters import NO_FILTERS, Filters
from indexer.index import Index, ItemKey
from indexer.records import Determination, Treatment
from tests.support.engines import Engine
from tests.support.letters import Item, determination

EMBEDDER = HashingEmbedder()
NEW = determination("CM19-0000005-00000000", Item("Wrist splint", "The wrist is sprained."), case="CM19-0000005")


def everything(index: Index) -> list[object]:
    """Return much of what an index answers."""
    vector = EMBEDDER.encode(["No screen is on file."])[0]
    return [
        index.generation,
        index.counts,
        index.select(NO_FILTERS),
        index.search_vector(vector, 50),
        index.search_text("the knee is on file", 50),
        index.facet("outcome"),
        [index.determination(key.determination_id) for key in index.select(NO_FILTERS)],
        [index.stands_for(key) for key in index.select(NO_FILTERS)],
    ]


def test_nothing_is_there_before_the_first_load(engine: Engine) -> None:
    with pytest.raises(IndexFault, match="no index"):
        engine.open()


def test_what_was_written_is_read(engine: Engine, letters: tuple[Determination, ...]) -> None:
    engine.load(letters, EMBEDDER)
    name = engine.change([NEW], EMBEDDER)
    index = engine.open()
    assert index.generation == name
    assert index.determination(NEW.id) == NEW
    assert [hit.key for hit in index.search_text("wrist", 5)] == [ItemKey(NEW.id, 1)]
    vector = EMBEDDER.encode(["Wrist splint. The wrist is sprained."])[0]
    assert index.search_vector(vector, 1)[0].key == ItemKey(NEW.id, 1)
    assert index.frequency("wrist") == 1
    assert index.counts.letters == len(letters) + 1
    index.close()


def test_a_reader_keeps_its_generation(engine: Engine, letters: tuple[Determination, ...]) -> None:
    engine.load(letters, EMBEDDER)
    old = engine.open()
    before = everything(old)
    engine.change([NEW], EMBEDDER, removed=[letters[0].id])
    assert everything(old) == before
    new = engine.open()
    assert new.generation > old.generation
    assert everything(new) != before
    old.close()
    new.close()


def test_a_change_is_the_same_as_loading_what_is_left(engine: Engine, letters: tuple[Determination, ...]) -> None:
    engine.load(letters[:-1], EMBEDDER)
    engine.change([NEW, letters[-1]], EMBEDDER, removed=[letters[0].id, letters[2].id])
    changed = engine.open()
    engine.load([NEW, *(letter for letter in letters if letter.id not in {letters[0].id, letters[2].id})], EMBEDDER)
    loaded = engine.open()
    assert everything(changed)[1:] == everything(loaded)[1:]
    for filters in (
        Filters(phrases=("no screen",)),
        Filters(outcome=("overturned",)),
        Filters(treatment=("tramadol",)),
    ):
        assert changed.select(filters) == loaded.select(filters)
    for field in ("treatment", "cited", "guideline", "body_region"):
        assert changed.values(field).names == loaded.values(field).names
        assert changed.values(field).row.tolist() == loaded.values(field).row.tolist()
    assert engine.problems() == []
    changed.close()
    loaded.close()


def test_a_letter_of_the_same_id_is_replaced(engine: Engine, letters: tuple[Determination, ...]) -> None:
    engine.load(letters, EMBEDDER)
    again = determination(letters[2].id, Item("Knee brace", "The knee gives way.", "overturned"), case="CM16-0000002")
    engine.change([again], EMBEDDER)
    index = engine.open()
    assert index.counts.letters == len(letters)
    assert index.by_case("CM16-0000002") == [again]
    assert index.search_text("stable", 5) != []
    assert all(hit.key.determination_id != again.id for hit in index.search_text("stable", 5))
    assert index.select(Filters(outcome=("overturned",), exclude_cases=("letter-dddddddd",)))[-1].determination_id == (
        again.id
    )
    assert engine.problems() == []
    index.close()


def test_a_removed_letter_leaves_nothing(engine: Engine, letters: tuple[Determination, ...]) -> None:
    engine.load(letters, EMBEDDER)
    for gone in letters[:2]:
        engine.change([], EMBEDDER, removed=[gone.id])
    index = engine.open()
    assert index.by_case("CM15-0000001") == []
    assert index.determination(letters[0].id) is None
    assert index.search_text("tramadol screen", 5) == []
    assert index.frequency("tramadol") == 0
    assert "tramadol" not in index.facet("treatment")
    assert index.reasons(ItemKey(letters[0].id, 1)) == ()
    vector = EMBEDDER.encode(["Tramadol 50mg. No screen is on file."])[0]
    assert all(hit.key.determination_id[:4] != "CM15" for hit in index.search_vector(vector, 50))
    assert engine.problems() == []
    index.close()


def test_another_stands_for_near_duplicates_when_the_first_is_gone(engine: Engine) -> None:
    same = [
        determination(f"CM15-000000{number}", Item("Knee brace", "The knee is stable and walks well without a brace."))
        for number in range(4)
    ]
    engine.load(same[:3], EMBEDDER)
    for _ in range(3):  # so often that what ended is cleared away
        engine.change([], EMBEDDER, removed=[same[0].id])
    engine.change([same[3]], EMBEDDER)
    index = engine.open()
    assert [index.stands_for(ItemKey(letter.id, 1)).determination_id for letter in same[1:]] == [same[1].id] * 3
    assert engine.problems() == []
    index.close()


def test_everything_may_go(engine: Engine, letters: tuple[Determination, ...]) -> None:
    engine.load(letters, EMBEDDER)
    engine.change([], EMBEDDER, removed=[letter.id for letter in letters])
    index = engine.open()
    assert index.counts.letters == 0
    assert index.select(NO_FILTERS) == []
    assert index.search_vector(EMBEDDER.encode(["knee"])[0], 5) == []
    assert index.search_text("knee", 5) == []
    assert index.columns.decided.tolist() == []
    index.close()


def test_a_model_of_another_size_needs_a_load(engine: Engine, letters: tuple[Determination, ...]) -> None:
    engine.load(letters, EMBEDDER)
    other = HashingEmbedder(dimension=64)
    engine.load(letters, other)
    index = engine.open()
    assert index.fingerprint == other.fingerprint
    assert len(index.search_vector(other.encode(["knee"])[0], 3)) == 3
    index.close()


def test_treatments_with_odd_letters(engine: Engine) -> None:
    odd = Treatment(concept="l'été % _ {x} \\", category="Ö > Ü")
    engine.load([determination("odd-1", Item("Odd", "It's 100% odd: {x} %s.", treatments=(odd,)))], EMBEDDER)
    index = engine.open()
    assert index.select(Filters(treatment=("L'ÉTÉ % _ {x} \\",))) == [ItemKey("odd-1", 1)]
    assert index.select(Filters(category=("ö",))) == [ItemKey("odd-1", 1)]
    assert index.select(Filters(treatment=("l'été",))) == []
    index.close()
