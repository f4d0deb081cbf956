"""The sentences that are quoted: whole ones, of the rationale, few; which of them is for the ranking's figures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.reasons import pattern_reasons
from indexer.records import Determination, DisputedItem
from indexer.sentences import sentence_spans
from service.deciding import deciding_quote
from tests.support.fake_index import Decided, letter

GUIDELINE = "The MTUS recommends opioids where pain and function improve."
FACT = "The records show no gain in function and no urine screen."
VERDICT = "Therefore the request is not medically necessary."


def item(rationale: str) -> DisputedItem:
    return letter("a", None, Decided("Tramadol", rationale)).items[0]


def quoted(rationale: str, asked: str = "Tramadol", most: int = 4) -> str:
    decided = item(rationale)
    place = deciding_quote(decided, pattern_reasons(decided), asked, most)
    start = decided.rationale.start
    return rationale[place.start - start : place.end - start]


def test_the_deciding_fact_is_quoted_rather_than_the_guideline() -> None:
    assert FACT in quoted(f"{GUIDELINE} {GUIDELINE} {FACT} {VERDICT}", most=2)


def test_a_rationale_of_one_sentence_is_quoted_whole() -> None:
    assert quoted(FACT) == FACT


@pytest.mark.parametrize("most", [1, 2, 3, 9])
def test_every_quote_of_the_samples_is_a_run_of_whole_sentences(
    most: int, sample_determinations: tuple[Determination, ...]
) -> None:
    for decided in (one for determination in sample_determinations for one in determination.items):
        text, start = decided.rationale.text, decided.rationale.start
        place = deciding_quote(decided, (), decided.request, most)
        spans = sentence_spans(text)
        firsts = [number for number, span in enumerate(spans) if start + span.start == place.start]
        lasts = [number for number, span in enumerate(spans) if start + span.end == place.end]
        assert len(firsts) == len(lasts) == 1
        assert 0 <= lasts[0] - firsts[0] < most


@given(st.text(min_size=1).filter(str.strip), st.text(), st.integers(1, 6))
def test_any_text_is_quoted_from_within(rationale: str, asked: str, most: int) -> None:
    decided = item(rationale)
    reasons = pattern_reasons(decided)
    place = deciding_quote(decided, reasons, asked, most)
    assert decided.rationale.start <= place.start < place.end <= decided.rationale.end
    assert deciding_quote(decided, reasons, asked, most) == place
