"""Each layout has its headings and keeps its law of counts."""

from itertools import groupby

import pytest

from eval.letters import layout1, layout2, layout3, notice
from eval.letters.blocks import Block
from eval.letters.layouts import FACTS, LAYOUTS
from eval.letters.records import SampleLetter


def _starting(blocks: tuple[Block, ...], start: str) -> list[Block]:
    return [block for block in blocks if block.text.startswith(start)]


def test_every_layout_has_its_facts() -> None:
    assert FACTS.keys() == LAYOUTS.keys()


@pytest.mark.parametrize("layout", ["layout-1-2016", "layout-1-2014", "layout-3", "notice-2013"])
def test_one_rationale_label_an_item(letters: tuple[SampleLetter, ...], layout: str) -> None:
    for letter in letters:
        labels = _starting(LAYOUTS[layout](letter), FACTS[layout].rationale_label)
        assert len(labels) == len(letter.items), letter.case


def test_layout_1_heads_every_item_with_its_outcome(letters: tuple[SampleLetter, ...]) -> None:
    for letter in letters:
        headings = [b.text for b in layout1.layout_1_2016(letter) if b.kind == "item_heading"]
        assert headings == [
            f"{item.title}{' is' if item.request else ''}: {item.outcome.capitalize()}" for item in letter.items
        ], letter.case


def test_layout_2_has_a_sentence_an_item_and_a_rationale_a_group(letters: tuple[SampleLetter, ...]) -> None:
    for letter in letters:
        blocks = layout2.layout_2(letter)
        assert sum(b.kind == "item_heading" for b in blocks) == len(letter.items)
        groups = len(list(groupby(letter.items, key=lambda i: (i.rationale, i.imr_guideline))))
        assert 1 <= len(_starting(blocks, layout2.RATIONALE)) <= len(letter.items)
        assert len(_starting(blocks, layout2.RATIONALE)) >= groups


def test_layout_2_lets_one_rationale_cover_neighbours(mixed_letter: SampleLetter) -> None:
    blocks = layout2.layout_2(mixed_letter)
    assert len(_starting(blocks, layout2.RATIONALE)) == 2
    assert _starting(blocks, "3. The decision for Assistant surgeon is upheld.")


def test_layout_3_has_an_issue_and_a_rationale_an_item(letters: tuple[SampleLetter, ...]) -> None:
    for letter in letters:
        blocks = layout3.layout_3(letter)
        issues = [block for block in blocks if "Whether the request for " in block.text]
        assert len(issues) == len(_starting(blocks, layout3.RATIONALE)) == len(letter.items)
        denials = [" NOT MEDICALLY" in block.text for block in _starting(blocks, layout3.RATIONALE)]
        assert denials == [item.outcome == "upheld" for item in letter.items], letter.case


def test_the_notice_states_each_decision_twice(letters: tuple[SampleLetter, ...]) -> None:
    for letter in letters:
        blocks = notice.notice_2013(letter)
        stated = [block for block in blocks if ") MAXIMUS Federal Services, Inc. has determined" in block.text]
        regarding = [block for block in blocks if ") Regarding the request for " in block.text]
        assert (len(stated), len(regarding)) == (2 * len(letter.items), len(letter.items)), letter.case


def test_credentials_stand_in_lines_or_in_prose(mixed_letter: SampleLetter, plain_letter: SampleLetter) -> None:
    listed = [block.text for block in layout1.layout_1_2016(mixed_letter)]
    assert "State(s) of Licensure: California, Texas" in listed
    assert "Certification(s)/Specialty: Orthopedic Surgery, Sports Medicine" in listed
    prose = " ".join(block.text for block in layout1.layout_1_2014(mixed_letter))
    assert (
        "is Board Certified in Orthopedic Surgery, has a subspecialty in Sports Medicine, and is licensed to "
        "practice in California and Texas."
    ) in prose
    alone = " ".join(block.text for block in layout2.layout_2(plain_letter))
    assert "is Board Certified in Pain Management and is licensed to practice in Nevada." in alone


def test_the_cover_page_states_the_outcome_of_the_letter(
    mixed_letter: SampleLetter, plain_letter: SampleLetter
) -> None:
    stated = (
        "Final Determination: PARTIAL OVERTURN. This means we decided that some (but not all) of the "
        "disputed items/services are medically necessary and appropriate."
    )
    for render in LAYOUTS.values():
        assert [block.text for block in _starting(render(mixed_letter), "Final Determination:")] == [stated]
        assert not _starting(render(plain_letter), "Final Determination:")
