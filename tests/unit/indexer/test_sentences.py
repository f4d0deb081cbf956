"""Sentences: nothing lost, nothing twice, and never broken after an abbreviation."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.records import Determination
from indexer.sentences import sentence_spans, trim

_PIECES = [
    *("pg. 309", "q.i.d. prn", "Dr. Smith", "No.", "etc.", "L4-5.", "The patient", "is 5.5", "mg.", "...", "?", "!"),
    *(
        "(see",
        "p. 3)",
        "e.g.",
        "\n\n",
        "\n",
        "\t",
        "A.",
        "b.i.d.",
        '"Yes."',
        "e",
        "\u00a0",
        "\u2028",
        "\r\n\r\n",
        " \n \n",
    ),
]
_PIECE = st.sampled_from(_PIECES)
TEXTS = st.one_of(
    st.lists(_PIECE, max_size=25).map(" ".join),
    st.lists(_PIECE, max_size=25).map("".join),
    st.text(max_size=80),
)


def sentences(text: str) -> list[str]:
    """Return the sentences of a text."""
    return [text[span.start : span.end] for span in sentence_spans(text)]


@given(TEXTS)
def test_spans_are_in_order_and_do_not_overlap(text: str) -> None:
    spans = sentence_spans(text)
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(before.end <= after.start for before, after in pairwise(spans))


@given(TEXTS)
def test_spans_hold_every_character_but_white_space(text: str) -> None:
    assert "".join("".join(sentence.split()) for sentence in sentences(text)) == "".join(text.split())


@given(TEXTS)
def test_no_sentence_has_white_space_around_it(text: str) -> None:
    assert all(sentence == sentence.strip() for sentence in sentences(text))


@given(TEXTS)
def test_no_sentence_runs_over_a_paragraph_s_end(text: str) -> None:
    for sentence in sentences(text):
        lines = sentence.split("\n")
        assert all(line.strip() for line in lines), sentence


@given(st.lists(st.sampled_from(["See pg.", "0.5 mg q.i.d.", "It is so.", "No."]), min_size=1, max_size=6))
def test_paragraphs_are_split_each_by_itself(paragraphs: list[str]) -> None:
    alone = [sentence for paragraph in paragraphs for sentence in sentences(paragraph)]
    assert sentences("\n\n".join(paragraphs)) == alone


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("See pg. 309 of it. Next.", ["See pg. 309 of it.", "Next."]),
        ("MTUS, pp. 78-80, says so. It is.", ["MTUS, pp. 78-80, says so.", "It is."]),
        ("Take 0.5 mg q.i.d. prn for pain. Then stop.", ["Take 0.5 mg q.i.d. prn for pain.", "Then stop."]),
        ("Norco t.i.d. prn was tried. It failed.", ["Norco t.i.d. prn was tried.", "It failed."]),
        ("Dr. Smith saw her. She left.", ["Dr. Smith saw her.", "She left."]),
        ("One drug, e.g. tramadol, will do. Stop.", ["One drug, e.g. tramadol, will do.", "Stop."]),
        ("Is it? It is! Done.", ["Is it?", "It is!", "Done."]),
        ("It ends without a stop", ["It ends without a stop"]),
        ("See pg.\n\n309 is a number.", ["See pg.", "309 is a number."]),
        ("", []),
        (" \n\n\t ", []),
    ],
)
def test_sentences_of_letters(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=20))
def test_trimming_takes_white_space_and_nothing_else(before: str, inside: str, after: str) -> None:
    found = trim(before + inside + after, len(before), len(before) + len(inside))
    if inside.strip():
        assert found is not None
        assert (before + inside + after)[found.start : found.end] == inside.strip()
    else:
        assert found is None


def test_the_samples_rationales_are_whole_sentences(sample_determinations: tuple[Determination, ...]) -> None:
    ends = [
        sentence[-1]
        for letter in sample_determinations
        for item in letter.items
        for sentence in sentences(item.rationale.text)
    ]
    assert len(ends) > 100
    assert set(ends) <= set(".?!\"')]:")
