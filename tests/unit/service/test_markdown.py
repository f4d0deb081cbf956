"""An evidence pack as Markdown: both sides, every citation, and quotes that read as they stand in the letter."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.cite import NOTICE
from service.markdown import as_markdown
from service.records import Citation, Cohort, DuplicateItem, EvidencePack, Outcomes, Quote, RequestEvidence

OUTCOMES = Outcomes(
    n=40,
    letters=30,
    upheld=30,
    overturned=10,
    overturn_rate=0.25,
    interval=(0.125, 0.4),
    base_rate=0.2,
    cohort=Cohort(level="treatment and body region", treatment="tramadol", body_region="knee"),
)


def quote(text: str = "Pain fell by half.", **changed: Any) -> Quote:
    made = Quote(
        marker=1,
        determination_id="CM20-1-aa",
        text_sha256="0" * 64,
        case_number="CM20-1",
        item=2,
        outcome="overturned",
        page=3,
        start=10,
        end=10 + len(text),
        quote=text,
        score=1.0,
        duplicates=(),
    )
    return msgspec.structs.replace(made, **changed)


def pack(*supporting: Quote, omitted: int = 0, **changed: Any) -> EvidencePack:
    request = RequestEvidence(
        text="Tramadol 50mg", coverage="close", outcomes=OUTCOMES, supporting=supporting, contrary=()
    )
    fields = Citation.__struct_fields__
    return EvidencePack(
        requests=(msgspec.structs.replace(request, **changed),),
        context="",
        tokens=77,
        citations=tuple(Citation(**{name: getattr(one, name) for name in fields}) for one in supporting),
        omitted=omitted,
        notice=NOTICE,
    )


def test_whole() -> None:
    contrary = quote("No gain is shown.", marker=2, case_number=None, page=None, outcome="upheld", item=1)
    assert as_markdown(pack(quote(), contrary=(contrary,), omitted=3)) == (
        "# Precedent: Independent Medical Review determinations\n\n"
        f"*{NOTICE}*\n\n"
        "## Tramadol 50mg\n\n"
        "Coverage: close. The record for tramadol, knee (treatment and body region): 10 of 40 decisions overturned, "
        "from 30 letters: 25.0% (95% interval 12.5% to 40.0%; all indexed decisions: 20.0%). Not a prediction.\n\n"
        "### Supporting\n\n"
        "> Pain fell by half.\n>\n> \u2014 [1] IMR Case No. CM20-1, item 2, p. 3, overturned\n\n"
        "### Contrary\n\n"
        "> No gain is shown.\n>\n> \u2014 [2] IMR Case No. CM20-1-aa, item 1, upheld\n\n"
        "1 quote, 77 tokens; 3 more quotes did not fit."
    )


def test_an_empty_side_is_told() -> None:
    shown = as_markdown(pack())
    assert shown.count("None found within the budget.") == 2
    assert "did not fit" not in shown


def test_nothing_close_is_told_without_sides() -> None:
    shown = as_markdown(pack(coverage="none"))
    assert "so nothing is quoted" in shown
    assert "### " not in shown


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"overturn_rate": None, "interval": None}, "from 30 letters; too few for a rate."),
        ({"cohort": None}, "No cohort: the treatment is not known."),
        ({"base_rate": None}, "12.5% to 40.0%). Not a prediction."),
        ({"cohort": Cohort(level="treatment", treatment="tramadol", body_region=None)}, "for tramadol (treatment): 10"),
    ],
)
def test_what_is_not_known_is_left_out(changed: dict[str, Any], told: str) -> None:
    assert told in as_markdown(pack(outcomes=msgspec.structs.replace(OUTCOMES, **changed)))


def test_duplicates_are_counted() -> None:
    twins = tuple(DuplicateItem(determination_id=f"CM21-{number}", item=1) for number in (1, 2))
    assert "overturned (and 2 with the same rationale)" in as_markdown(pack(quote(duplicates=twins)))


def test_paragraphs_of_a_quote_stay_in_it() -> None:
    assert "> One.\n> \n> Two.\n>\n> \u2014 [1]" in as_markdown(pack(quote("One.\n\nTwo.")))


@pytest.mark.parametrize("special", [*"\\`*_[]<>#|~&", "1.", "12)", "-", "+", "="])
def test_what_markdown_would_read_is_escaped(special: str) -> None:
    shown = as_markdown(pack(quote(f"{special} is written"), text=f"{special} asked"))
    assert f"> {special[:-1]}\\{special[-1]} is written" in shown
    assert f"## {special[:-1]}\\{special[-1]} asked" in shown


LINES = st.lists(
    st.one_of(st.sampled_from([*"\\`*_[]()<>#|~&!-+=1.:", "---", "](x)", "&lt;", " "]), st.text(max_size=8))
)


@given(LINES.map("".join).filter(str.strip))
def test_a_markdown_reader_sees_the_words_as_written(text: str) -> None:
    markdown_it = pytest.importorskip("markdown_it", reason="only where something brings this Markdown reader along")
    tokens = markdown_it.MarkdownIt().parse(as_markdown(pack(quote(text))))
    first = [token.type for token in tokens].index("blockquote_open")
    last = [token.type for token in tokens].index("blockquote_close")
    assert {token.type for token in tokens[first : last + 1]} <= {
        *("blockquote_open", "blockquote_close", "paragraph_open", "paragraph_close", "inline")
    }
    shown = "\n".join(_text(token) for token in tokens[first:last] if token.type == "inline")
    assert shown.partition("\u2014 [1] IMR")[0].split() == text.replace("\0", "\ufffd").split()


def _text(inline: Any) -> str:
    assert {child.type for child in inline.children} <= {"text", "softbreak", "text_special"}
    return "".join("\n" if child.type == "softbreak" else child.content for child in inline.children)
