"""What a correct reader should say follows the layout that was rendered."""

from eval.letters.expected import expected
from eval.letters.layouts import LAYOUTS
from eval.letters.records import SampleLetter
from eval.letters.text import render_text


def _folded(text: str) -> str:
    return "".join(text.split())


def test_a_letter_of_2016(mixed_letter: SampleLetter) -> None:
    letter = expected(mixed_letter)
    assert (letter.case, letter.priority, letter.age, letter.sex) == ("TEST-0001", "Standard", 52, "male")
    assert (letter.outcome, letter.stated_outcome) == ("partially_overturned", "partially_overturned")
    assert letter.dates.assigned == mixed_letter.dates.assigned
    framed, clearance, assistant = letter.items
    assert framed.request == "Physical therapy for the left knee, six sessions"
    assert framed.title.endswith(framed.request)
    assert framed.rationale.endswith("\n\nGranted.")
    assert clearance.request == clearance.title == "Pre-op clearance: EKG, labs"
    assert (assistant.number, assistant.depends_on, assistant.outcome) == (3, 2, "upheld")
    assert clearance.claims_administrator_guideline == (
        "The Claims Administrator did not cite any medical evidence for its decision."
    )


def test_forms_of_2013_lack_what_they_do_not_state(mixed_letter: SampleLetter) -> None:
    letter = expected(mixed_letter, "notice-2013")
    assert letter.priority is None
    assert letter.dates.assigned is None
    assert letter.dates.decision == mixed_letter.dates.decision
    assert letter.items[0].title == letter.items[0].request
    assert letter.items[0].claims_administrator_guideline is None


def test_a_letter_without_its_header_has_no_case_and_no_dates(plain_letter: SampleLetter) -> None:
    letter = expected(plain_letter, header=False)
    assert letter.case is None
    assert letter.dates.decision is None
    assert letter.stated_outcome is None
    assert expected(plain_letter, "layout-1-2014", header=False).case == "TEST-0002"


def test_every_expected_text_is_in_the_rendered_letter(letters: tuple[SampleLetter, ...]) -> None:
    for layout in LAYOUTS:
        if layout == "layout-1-2014":  # running heads stand within its texts
            continue
        for letter in letters:
            text = _folded(render_text(letter, layout=layout))
            want = expected(letter, layout)
            texts = [want.summary]
            for item in want.items:
                texts += [item.title, item.imr_guideline, item.rationale]
                texts.append(item.claims_administrator_guideline or "")
            assert all(_folded(part) in text for part in texts), (layout, letter.case)
