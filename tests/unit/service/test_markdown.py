"""An evidence pack as Markdown: both sides, every citation, and quotes that read as they stand in the letter."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.cite import NOTICE
from service.markdown import as_markdown
from service.records import Cohort, DuplicateItem
from tests.support.packs import OUTCOMES, pack, quote


def test_whole() -> None:
    contrary = quote("No gain is shown.", marker=2, case_number=None, page=None, outcome="upheld", item=1)
    assert as_markdown(pack(quote(), contrary=(contrary,), omitted=3)) == (
        "# Precedent: Independent Medical Review determinations\n\n"
        f"*{NOTICE}*\n\n"
        "## Tramadol 50mg\n\n"
        "Coverage: close. The record for tramadol, knee (treatment and body region): 10 of 40 decisions overturned, "
        "from 30 letters: 25.0% (95% interval 12.5% to 40.0%; if items were independent, 14.2% to 40.2%; all indexed "
        "decisions: 20.0%). Not a prediction. Decisions that say the same count once (44 as written); 3 that stand or "
        "fall with another service are left out.\n\n"
        "| Year | Decisions | Letters | Overturned | Rate | 95% interval |\n"
        "| --- | --- | --- | --- | --- | --- |\n"
        "| 2016 | 30 | 20 | 6 | 20.0% | 10.0% to 30.0% |\n"
        "| not stated | 10 | 10 | 4 | \u2013 | \u2013 |\n\n"
        "### Supporting: decisions that overturned the denial\n\n"
        "> Pain fell by half.\n>\n> \u2014 [1] IMR Case No. CM20-1, decided 2020-01-02, item 2, p. 3, overturned\n\n"
        "### Contrary: decisions that upheld the denial\n\n"
        "> No gain is shown.\n>\n> \u2014 [2] IMR Case No. CM20-1, decided 2020-01-02, item 2, p. 3, upheld\n\n"
        "## Table of authorities\n\n"
        "| No. | Case number | Item | Outcome | Decided | Page | Cite as |\n"
        "| --- | --- | --- | --- | --- | --- | --- |\n"
        "| [1] | CM20-1 | 2. Tramadol \\#60 | overturned | 2020-01-02 | 3 "
        "| IMR Case No. CM20-1, decided 2020-01-02, item 2, p. 3 |\n"
        "| [2] | CM20-1-aa | 1. Tramadol \\#60 | upheld | 2020-01-02 | \u2013 "
        "| IMR Case No. CM20-1, decided 2020-01-02, item 2, p. 3 |\n\n"
        "2 quotes, 77 tokens; 3 more quotes did not fit."
    )


def test_an_empty_side_is_told() -> None:
    shown = as_markdown(pack())
    assert shown.count("None found within the budget.") == 2
    assert "did not fit" not in shown


def test_nothing_close_is_told_without_sides() -> None:
    shown = as_markdown(pack(coverage="none"))
    assert "so nothing is quoted" in shown
    assert "### " not in shown
    assert "authorities" not in shown


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"overturn_rate": None, "interval": None}, "from 30 letters; too few for a rate. Decisions"),
        ({"wilson": None}, "12.5% to 40.0%; all indexed decisions: 20.0%)."),
        ({"cohort": None}, "No cohort: the treatment is not known."),
        ({"base_rate": None}, "14.2% to 40.2%). Not a prediction."),
        ({"cohort": Cohort(level="treatment", treatment="tramadol", body_region=None)}, "for tramadol (treatment): 10"),
    ],
)
def test_what_is_not_known_is_left_out(changed: dict[str, Any], told: str) -> None:
    assert told in as_markdown(pack(outcomes=msgspec.structs.replace(OUTCOMES, **changed)))


def test_duplicates_are_counted() -> None:
    twins = tuple(DuplicateItem(determination_id=f"CM21-{number}", item=1) for number in (1, 2))
    assert "overturned (and 2 with the same rationale)" in as_markdown(pack(quote(duplicates=twins)))


def test_paragraphs_of_a_quote_stay_in_it() -> None:
    assert "> One.\n>\n> Two.\n>\n> \u2014 [1]" in as_markdown(pack(quote("One.\n\nTwo.")))


@pytest.mark.parametrize("special", [*"\\`*_[]<>#|~&", "1.", "12)", "-", "+", "="])
def test_what_markdown_would_read_is_escaped(special: str) -> None:
    shown = as_markdown(pack(quote(f"{special} is written"), text=f"{special} asked"))
    assert f"> {special[:-1]}\\{special[-1]} is written" in shown
    assert f"## {special[:-1]}\\{special[-1]} asked" in shown


LINES = st.lists(
    st.one_of(st.sampled_from([*"\\`*_[]()<>#|~&!-+=1.:", "---", "](x)", "&lt;", " "]), st.text(max_size=8))
)


def test_a_marker_in_a_letter_is_no_marker_of_ours() -> None:
    shown = as_markdown(pack(quote("[9] is what it says.", title="[8] | x")))
    assert "> \\[9\\] is what" in shown
    assert "| 2. \\[8\\] \\| x |" in shown


def test_deny_turns_the_sides() -> None:
    shown = as_markdown(pack(position="deny"))
    assert "### Supporting: decisions that upheld the denial" in shown
    assert "### Contrary: decisions that overturned the denial" in shown


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
