"""Whole letters: every span is its text, nothing is lost, and a letter is read whole or rejected."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import LetterRejected
from config.settings import ReadingSettings, load_settings
from eval.letters.forms import FORMS, rendered
from eval.letters.layouts import LAYOUTS
from eval.letters.records import SampleLetter
from indexer.parse.determination import determination_id, parse_letter
from indexer.parse.normalise import Normaliser
from indexer.parse.version import reader_version
from indexer.read.letter import read_file, read_letter
from indexer.read.lines import RawLetter
from indexer.records import Determination, Span

LIMITS = ReadingSettings(max_bytes=1_000_000, max_pages=60, processes=1, timeout_seconds=30, layouts="", memory_mb=1024)
SHARED = Path(__file__).parents[5] / "shared"


def _spans(letter: Determination) -> Iterator[Span]:
    if letter.summary:
        yield letter.summary
    for item in letter.items:
        yield from (item.heading, item.rationale)
        yield from filter(None, (item.claims_administrator_guideline, item.imr_guideline))


def _holds(raw: RawLetter, letter: Determination) -> None:
    """Check from the outside what the invariant promises."""
    for span in _spans(letter):
        assert span.text == letter.text[span.start : span.end] == span.text.strip() != ""
        assert (span.page, span.page_end) == (letter.page_at(span.start), letter.page_at(span.end - 1))
    for item in letter.items:
        for citation in item.citations:
            assert letter.text[citation.start : citation.end].strip()
    furniture = {line.line for line in letter.furniture}
    kept = (line.text for number, line in enumerate(raw.lines, start=1) if number not in furniture)
    assert "".join("".join(kept).split()) == "".join(letter.text.split())


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_samples_hold_in_every_layout_and_form(
    samples: tuple[SampleLetter, ...], normaliser: Normaliser, layout: str, form: str
) -> None:
    for seed, sample in enumerate(samples[::25]):
        raw = read_letter(sample.case, rendered(sample, layout, form, seed), LIMITS)
        letter = parse_letter(raw, normaliser)
        _holds(raw, letter)
        assert len(letter.items) == len(sample.items)
        assert letter.reader_version == reader_version()


def test_a_pdf_and_its_text_are_one_letter(samples: tuple[SampleLetter, ...], normaliser: Normaliser) -> None:
    sample = max(samples, key=lambda one: len(one.items))
    pdf, text = (
        parse_letter(read_letter(form, rendered(sample, "layout-2", form, 0), LIMITS), normaliser)
        for form in ("pdf", "text")
    )
    assert pdf.id == text.id
    assert text.source.pages is None
    assert text.items[0].heading.page is None
    assert pdf.items[-1].rationale.page_end == pdf.source.pages
    assert [item.outcome for item in pdf.items] == [item.outcome for item in text.items]


def test_the_id_is_the_case_and_the_folded_texts_hash() -> None:
    assert determination_id("CM14-1", "a  b\n\nc") == determination_id("CM14-1", "a b c")
    assert determination_id(None, "a").startswith("letter-")
    assert determination_id("CM14-1", "a") != determination_id("CM14-1", "b")


TWO_ITEMS = """IMR ISSUES, DECISIONS AND RATIONALES
The Final Determination was based on decisions for the disputed items/services set forth below:

Norco 10/325mg #60: Upheld

Claims Administrator guideline: Decision based on MTUS Low Back Complaints 2004.

MAXIMUS guideline: The Expert Reviewer did not cite any medical evidence for its decision.

Decision rationale: The notes say what hurts. The request was denied, and the denial upheld.

Labs to include: EKG and
CBC: Overturned

Claims Administrator guideline: None was given.

MAXIMUS guideline: Decision based on MTUS General Approaches 2004.

Decision rationale: A baseline is due. It is medically necessary.
"""


def test_the_parts_leave_out_their_labels(parse: Callable[[str], Determination]) -> None:
    first, second = parse(TWO_ITEMS).items
    assert (first.title, first.outcome) == ("Norco 10/325mg #60", "upheld")
    assert (second.title, second.outcome) == ("Labs to include: EKG and CBC", "overturned")
    assert second.rationale.text == "A baseline is due. It is medically necessary."
    assert second.claims_administrator_guideline is not None
    assert second.claims_administrator_guideline.text == "None was given."


def _cut(before: str) -> str:
    return TWO_ITEMS[: TWO_ITEMS.rindex(before) + len(before)]


@pytest.mark.parametrize(
    "end",
    [
        "CBC: Overturned",
        "CBC: Overturned\n\nClaims Admin",
        "None was given.",
        "Decision rationale:",
        "MAXIMUS guideline: Dec",
    ],
)
def test_an_item_cut_off_before_its_rationale_is_left_out(parse: Callable[[str], Determination], end: str) -> None:
    letter = parse(_cut(end))
    assert [item.title for item in letter.items] == ["Norco 10/325mg #60"]
    assert letter.items[0].rationale.text.endswith("the denial upheld.")
    assert letter.outcome is None
    assert "item 2: cut off before its rationale, left out" in letter.warnings
    assert "the letter is cut off before its end" in letter.warnings


def test_an_item_cut_off_within_its_rationale_is_kept(parse: Callable[[str], Determination]) -> None:
    letter = parse(_cut("A baseline is"))
    assert [item.rationale.text for item in letter.items][1] == "A baseline is"
    assert letter.outcome is None
    assert letter.warnings[-1] == "the letter is cut off before its end"


def test_a_letter_that_ends_whole_has_an_outcome(parse: Callable[[str], Determination]) -> None:
    letter = parse(TWO_ITEMS)
    assert letter.outcome == "partially_overturned"
    assert "the letter is cut off before its end" not in letter.warnings


def test_a_cover_page_that_does_not_agree_is_odd(parse: Callable[[str], Determination]) -> None:
    letter = parse(f"Final Determination: UPHOLD. This means none.\n\n{TWO_ITEMS}")
    assert letter.stated_outcome == "upheld"
    assert "cover page says upheld, the items say partially_overturned" in letter.warnings


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("Decision rationale: The notes", "The notes", "out of its place: 'Labs"),
        ("CBC: Overturned", "CBC: Modified", "out of its place: 'Claims Administrator guideline: None"),
        ("Norco 10/325mg #60: Upheld\n\n", "", "out of its place: 'Claims"),
        ("MAXIMUS guideline: Decision", "Decision rationale: Decision", "out of its place: 'Decision rationale: A"),
        (
            "The Final Determination",
            "A sentence of its own.\n\nThe Final",
            "text before the first disputed item: 'A sent",
        ),
        ("IMR ISSUES,", "ISSUES,", "unknown layout"),
    ],
)
def test_a_letter_that_breaks_the_law_is_rejected_with_the_place(
    parse: Callable[[str], Determination], old: str, new: str, reason: str
) -> None:
    assert old in TWO_ITEMS
    with pytest.raises(LetterRejected, match=reason):
        parse(TWO_ITEMS.replace(old, new))


LINES = [*TWO_ITEMS.splitlines(), "Page 1 of 2", "2. The decision for", "Upheld", "x", "ISSUE AT DISPUTE:"]


def _read(content: bytes, normaliser: Normaliser) -> tuple[RawLetter, Determination] | str:
    try:
        raw = read_letter("any", content, LIMITS)
        return raw, parse_letter(raw, normaliser)
    except LetterRejected as rejected:
        return str(rejected)


@given(st.lists(st.sampled_from(LINES), max_size=40), st.sampled_from(["\n", "\n\n", " ", "\r\n"]))
def test_any_lines_are_read_whole_or_rejected_in_one_line(
    normaliser: Normaliser, lines: list[str], between: str
) -> None:
    read = _read(between.join(lines).encode(), normaliser)
    if isinstance(read, str):
        assert len(read.splitlines()) == 1
    else:
        _holds(*read)


@given(st.integers(0, len(TWO_ITEMS)), st.integers(0, 60), st.text(max_size=20))
def test_any_damage_is_read_whole_or_rejected_in_one_line(
    normaliser: Normaliser, place: int, lost: int, put: str
) -> None:
    read = _read((TWO_ITEMS[:place] + put + TWO_ITEMS[place + lost :]).encode(errors="replace"), normaliser)
    if isinstance(read, str):
        assert len(read.splitlines()) == 1
    else:
        _holds(*read)


@given(st.binary(max_size=400))
def test_any_bytes_are_rejected_in_one_line(normaliser: Normaliser, content: bytes) -> None:
    read = _read(content, normaliser)
    assert isinstance(read, str)
    assert len(read.splitlines()) == 1


@pytest.mark.real
def test_every_real_letter_is_read(normaliser: Normaliser) -> None:
    if not SHARED.exists():
        pytest.skip("the real letters of ../shared are not here")
    files = [*sorted((SHARED / "letters").glob("*.pdf")), *sorted((SHARED / "seeds").glob("*.txt"))]
    limits = load_settings().reading
    letters = []
    for path in files:
        raw = read_file(path, limits)
        letters.append(parse_letter(raw, normaliser))
        _holds(raw, letters[-1])
    assert (len(letters), sum(len(letter.items) for letter in letters)) == (118, 280)
    assert {letter.layout for letter in letters} == {"layout-1"}
    assert {warning for letter in letters for warning in letter.warnings} == {"no case number", "no decision date"}
