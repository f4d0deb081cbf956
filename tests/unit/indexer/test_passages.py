"""Passages: whole sentences of one rationale, within the model's limit, with what was asked for before them."""

import re
from collections.abc import Callable, Iterator, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import load_settings
from indexer.embed import Embedder, HashingEmbedder, load_embedder
from indexer.passages import passages_of
from indexer.records import Determination, DisputedItem, Passage
from indexer.sentences import sentence_spans
from tests.support.letters import Item, determination

COUNT = HashingEmbedder().count
LIMITS = (16, 40, 254)
_SENTENCE = st.lists(st.sampled_from(["knee", "is", "L4-5", "x" * 40, "(see", "pg. 3)", "\u00a0", "a  b"]), min_size=1)
RATIONALES = st.lists(_SENTENCE.map(lambda words: " ".join(words) + "."), min_size=1, max_size=12).map(" ".join)


@pytest.fixture(scope="session")
def model() -> Embedder:
    """The real model."""
    return load_embedder(load_settings().model)


def by_item(
    letters: Sequence[Determination], count: Callable[[Sequence[str]], list[int]], limit: int, overlap: int = 1
) -> Iterator[tuple[Determination, DisputedItem, list[Passage]]]:
    """Yield each item of some letters with its passages."""
    for letter in letters:
        passages = passages_of(letter, count, limit, overlap)
        for item in letter.items:
            yield letter, item, [passage for passage in passages if passage.item == item.number]


def check(letter: Determination, item: DisputedItem, passages: Sequence[Passage], limit: int) -> None:
    """Hold an item's passages to what passages promise, whatever counts the pieces."""
    spans = sentence_spans(item.rationale.text)
    starts = {item.rationale.start + span.start for span in spans}
    ends = {item.rationale.start + span.end for span in spans}
    covered: set[int] = set()
    for passage in passages:
        text = letter.text[passage.start : passage.end]
        assert text
        assert text == text.strip()
        assert passage.embedded.endswith(text)
        assert passage.determination_id == letter.id
        assert item.rationale.start <= passage.start < passage.end <= item.rationale.end
        covered.update(range(passage.start, passage.end))
    unseen = set(range(item.rationale.start, item.rationale.end)) - covered
    assert not "".join(letter.text[place] for place in unseen).strip(), "a rationale's words are in no passage"
    if all(size * 2 <= limit for size in COUNT([item.rationale.text[a:b] for a, b in spans])):
        assert {passage.start for passage in passages} <= starts
        assert {passage.end for passage in passages} <= ends


@pytest.mark.parametrize("limit", LIMITS)
def test_the_samples_passages(sample_determinations: tuple[Determination, ...], limit: int) -> None:
    several = 0
    for letter, item, passages in by_item(sample_determinations, COUNT, limit):
        check(letter, item, passages, limit)
        assert max(COUNT([passage.embedded for passage in passages])) <= limit
        several += len(passages) > 1
    assert several > 0 or limit == max(LIMITS)


@given(RATIONALES, st.integers(4, 30), st.integers(0, 3), st.text(max_size=60))
def test_any_rationale_and_title_fit(rationale: str, limit: int, overlap: int, title: str) -> None:
    letter = determination("one", Item(title, rationale))
    for _, item, passages in by_item([letter], COUNT, limit, overlap):
        check(letter, item, passages, limit)
        assert all(size <= limit for size in COUNT([passage.embedded for passage in passages]))


@given(st.text(max_size=200), st.integers(1, 20))
def test_any_text_at_all_is_cut_and_nothing_of_it_lost(rationale: str, limit: int) -> None:
    letter = determination("one", Item("Brace", rationale))
    for _, item, passages in by_item([letter], COUNT, limit, 1):
        check(letter, item, passages, limit)
        assert all(size <= limit for size in COUNT([passage.embedded for passage in passages]))


def test_a_sentence_longer_than_a_window_is_cut_at_words() -> None:
    words = [f"word{number}" for number in range(90)]
    letter = determination("one", Item("Brace", " ".join(words) + "."))
    passages = passages_of(letter, COUNT, 20, 0)
    cut = [letter.text[passage.start : passage.end] for passage in passages]
    assert len(cut) > 4
    assert " ".join(cut) == " ".join(words) + "."


def test_a_word_longer_than_a_window_is_cut_too() -> None:
    def by_character(texts: Sequence[str]) -> list[int]:
        return [len(re.sub(r"\s", "", text)) for text in texts]

    letter = determination("one", Item("", "a " + "x" * 100 + " b"))
    passages = passages_of(letter, by_character, 16, 0)
    assert max(by_character([passage.embedded for passage in passages])) <= 16
    cut = "".join(letter.text[passage.start : passage.end] for passage in passages)
    assert cut.replace(" ", "") == "a" + "x" * 100 + "b"


def test_a_character_that_counts_more_than_a_window_ends_the_cutting() -> None:
    letter = determination("one", Item("", "ab"))
    passages = passages_of(letter, lambda texts: [5 * len(text) for text in texts], 2, 0)
    assert [letter.text[passage.start : passage.end] for passage in passages] == ["a", "b"]


def test_the_title_stands_before_the_text_and_a_long_one_is_cut_at_a_word() -> None:
    short, long = Item("Knee brace", "It helps."), Item(" ".join(["brace"] * 200), "It helps.")
    first, second = passages_of(determination("one", short, long), COUNT, 40, 1)
    assert first.embedded == "Knee brace. It helps."
    head = second.embedded.removesuffix(" It helps.")
    assert re.fullmatch(r"(brace )*brace\.", head)
    assert COUNT([head])[0] <= 10


def test_a_title_that_is_one_endless_word_is_left_out() -> None:
    def by_character(texts: Sequence[str]) -> list[int]:
        return [len(text) for text in texts]

    (passage,) = passages_of(determination("one", Item("x" * 500, "It helps.")), by_character, 40, 1)
    assert passage.embedded == "It helps."


def test_an_item_without_a_rationale_has_no_passage() -> None:
    assert passages_of(determination("one", Item("Brace", "")), COUNT, 40, 1) == ()


def test_passages_come_in_the_order_of_items_and_places(sample_determinations: tuple[Determination, ...]) -> None:
    for letter in sample_determinations:
        places = [(passage.item, passage.start) for passage in passages_of(letter, COUNT, 40, 1)]
        assert places == sorted(set(places))


def test_boilerplate_and_headings_are_in_no_passage(sample_determinations: tuple[Determination, ...]) -> None:
    marks = re.compile(
        r"HOW THE IMR FINAL DETERMINATION|CLINICAL CASE SUMMARY|IMR ISSUES, DECISIONS|Decision rationale:"
        r"|guideline:|Final Determination Letter|Page \d+ of \d+|: (Upheld|Overturned)$|strict standards"
    )
    assert sum(bool(marks.search(letter.text)) for letter in sample_determinations) == len(sample_determinations)
    for letter, item, passages in by_item(sample_determinations, COUNT, 254):
        forbidden = [
            (span.start, span.end)
            for other in letter.items
            for span in (other.heading, other.claims_administrator_guideline, other.imr_guideline, letter.summary)
            if span is not None
        ]
        for passage in passages:
            text = letter.text[passage.start : passage.end]
            assert not marks.search(text), text
            assert passage.start >= item.heading.end
            assert all(passage.end <= start or end <= passage.start for start, end in forbidden)


@pytest.mark.model
@pytest.mark.parametrize("limit", [40, 254])
def test_nothing_is_cut_off_by_the_real_model(
    sample_determinations: tuple[Determination, ...], model: Embedder, limit: int
) -> None:
    assert limit <= model.fingerprint.max_pieces
    seen = 0
    for letter, item, passages in by_item(sample_determinations, model.count, limit):
        check(letter, item, passages, limit)
        assert max(model.count([passage.embedded for passage in passages])) <= limit
        seen += len(passages)
    assert seen > len(sample_determinations)


@pytest.mark.model
def test_a_long_rationale_in_the_real_model_s_pieces(model: Embedder) -> None:
    sentence = (
        "The injured worker's hydrocodone/acetaminophen 10-325mg, \u00e9t\u00e9 \u00bd tab q.i.d. prn, did not help. "
    )
    letter = determination("one", Item("Norco 10/325mg #60", sentence * 40 + "antidisestablishment" * 60))
    for _, item, passages in by_item([letter], model.count, 254):
        check(letter, item, passages, 254)
        assert len(passages) > 3
        assert max(model.count([passage.embedded for passage in passages])) <= 254
