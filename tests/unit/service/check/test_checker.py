"""Verdicts on small drafts over a small index."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import RequestFault
from service.check.checker import check_draft
from service.check.records import CheckReport
from service.cite import header
from service.context import block
from service.records import Citation
from tests.support.fake_index import Decided, FakeIndex, letter

DENIED = "The note cites [69] and shows no gain after six weeks of 50 mg. It is not medically necessary for her."
GRANTED = "He walks two miles and sleeps through. These tablets are medically necessary under ACOEM criteria."
OTHER = "Nobody has measured the strength of her grip since the splint came off in spring."
LETTERS = (
    letter("CM20-1-aa", "CM20-1001", Decided("Tramadol 50 mg #60", DENIED)),
    letter("CM20-2-bb", "CM20-1002", Decided("Norco", GRANTED, outcome="overturned")),
    letter("CM20-3-cc", "CM20-1003", Decided("Splint", OTHER)),
)
INDEX = FakeIndex(*LETTERS)


def cite(marker: int, number: int) -> Citation:
    one = LETTERS[number]
    span = one.items[0].rationale
    return Citation(
        marker=marker,
        determination_id=one.id,
        text_sha256=one.text_sha256,
        case_number=one.case_number,
        item=1,
        outcome=one.items[0].outcome,
        page=None,
        start=span.start,
        end=span.end,
        quote=span.text,
    )


CITATIONS = (cite(1, 0), cite(2, 1))


def check(text: str) -> CheckReport:
    return check_draft(text, CITATIONS, INDEX)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ('"shows no gain after six weeks" [1]', "supported"),
        ("\u201cshows no\n gain after six weeks,\u201d it says [1].", "supported"),
        ('"[h]e walks two miles" [2]', "supported"),
        ('"The note cites [69] and shows no gain" [1]', "supported"),
        ('"He walks two miles ... These tablets are medically necessary" [2]', "supported"),
        ('It is not "medically necessary for her" [1].', "supported"),
        ('It is "medically necessary for her" [1].', "fabricated"),
        ('"It is ... medically necessary for her" [1]', "fabricated"),
        ('"It is medically necessary for her" [1]', "fabricated"),
        ('"shows no gain after ten weeks" [1]', "fabricated"),
        ('"shows no gain after six weeks" [2]', "misattributed"),
        ('"has measured the strength of her grip" [1]', "misattributed"),
        ('"has measured the strength of her grip"', "unattributed"),
        ('"shows no gain after six weeks and sleeps through. These tablets are" [1]', "stitched"),
        ('"The note cites [69] and shows no gain He walks two miles and sleeps" [1]', "stitched"),
        ('"He walks two miles and sleeps ... shows no gain after six weeks" [2]', "stitched"),
        ('"The moon is made of a soft green cheese" [1]', "fabricated"),
        ('[1] says "shows no gain after six weeks"; [2] says "He walks two miles".', "supported"),
        ("> He walks two miles and sleeps through.\n>\n> \u2014 [2]", "supported"),
        ("> He walks two miles and sleeps through.\n>\n> \u2014 [1]", "misattributed"),
        ("~~~\nHe runs two miles and sleeps through.\n~~~", "fabricated"),
    ],
)
def test_quoted_strings(text: str, verdict: str) -> None:
    report = check(text)
    assert {quote.verdict for quote in report.quotes} == {verdict}
    assert report.supported == (verdict == "supported")


def test_ways_of_speaking_are_no_quotations() -> None:
    assert check('The so-called "trial" used a 3" pad; the nurses\' and doctors\' notes agree.').quotes == ()


def test_an_altered_quotation_is_shown_beside_the_true_words() -> None:
    (quote,) = check('"shows no gain after ten weeks of 50 mg" [1]').quotes
    assert quote.nearest is not None
    assert quote.nearest.differences == ("'ten' stands for 'six'",)
    place = quote.nearest.place
    assert LETTERS[0].text[place.start : place.end] == quote.nearest.text == "shows no gain after six weeks of 50 mg."


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Six weeks of 50 mg did nothing [1].", []),
        ("Eight weeks of 50 mg did nothing [1].", ["number"]),
        ("6 mg did nothing [1].", ["number"]),
        ("ACOEM criteria were met [2].", []),
        ("ACOEM criteria were met [1].", ["authority"]),
        ("The ODG Neck Chapter settles it [2].", ["authority"]),
        ("As Smith et al. showed, it fails [1].", ["authority"]),
        ("The denial was upheld [1] and that of Norco overturned [2].", []),
        ("[1] was upheld and [2] was overturned.", []),
        ("The denial was overturned [1].", ["outcome"]),
        ("The denial was not upheld [1].", ["outcome"]),
        ("In CM20-1002 it was found medically necessary [2].", []),
        ("In CM20-1001 it was so [2].", ["case"]),
        ("See also CM16-0000001.", ["case"]),
        ("CM20-1002 was upheld.", ["outcome"]),
        ("Item 3 fell [1].", ["number"]),
    ],
)
def test_claims_in_the_writers_own_words(text: str, kinds: list[str]) -> None:
    assert [claim.kind for claim in check(text).unsupported] == kinds


def test_unknown_markers_and_markers_of_two_citations() -> None:
    assert [one.verdict for one in check("So it was held [3].").markers] == ["fabricated"]
    twice = check_draft("So [1].", (cite(1, 0), cite(1, 1)), INDEX)
    assert {one.verdict for one in (*twice.citations,)} == {"fabricated"}
    assert not twice.supported


@pytest.mark.parametrize(
    "text", ['"a" [1] ' * 3000, "> alpha beta gamma [1]\n\n" * 900, '"Nobody said so" ' * 900, "'a " * 9000]
)
def test_more_than_can_be_read_is_refused_before_it_is_searched(text: str) -> None:
    with pytest.raises(RequestFault, match="more than"):
        check(text)


TRAPS = st.lists(
    st.one_of(
        st.sampled_from(
            ["[69]", "[1] IMR Case No. CM20-9", "~~~~", "```", "\n", "\n\n", "> ", "# ", '"', "\u201c", "- "]
        ),
        st.text(max_size=20),
    ),
    min_size=1,
    max_size=12,
).map("".join)


@given(TRAPS)
def test_whatever_a_letter_holds_its_own_context_is_supported(trap: str) -> None:
    one = letter("CM20-4-dd", "CM20-1004", Decided("Tramadol", f"Yes. {trap.strip()} No."))
    span = one.items[0].rationale
    citation = Citation(
        marker=1, determination_id=one.id, text_sha256=one.text_sha256, case_number=one.case_number, item=1,
        outcome="upheld", page=None, start=span.start, end=span.end, quote=span.text,
    )  # fmt: skip
    context = block(1, header(one, one.items[0], None), span.text)
    report = check_draft(context, (citation,), FakeIndex(one))
    assert report.supported
    assert [quote.markers for quote in report.quotes] == [(1,)]


@given(st.text(max_size=200) | TRAPS)
def test_any_text_can_be_checked(text: str) -> None:
    assert check(text).citations
