"""The forms in which a letter is tried on the reader: PDF, text, text with each damage; and what is left in each."""

import re

import msgspec

from eval.letters.damage import DAMAGES, encoded
from eval.letters.expected import ExpectedLetter, expected
from eval.letters.layouts import FACTS, running_head
from eval.letters.pdf import render_pdf
from eval.letters.records import SampleLetter
from eval.letters.text import render_text

PDF, TEXT = "pdf", "text"
FORMS = (PDF, TEXT, *DAMAGES)

RUNNING_FOOT = re.compile(r"Page(?: \d+(?: of(?: \d+)?)?)?")
# A line may break, and a letter be cut off, behind a word or a hyphen.
WORDS = re.compile(r"[^\s-]*-|[^\s-]+")
# Behind these marks a letter may be whole; the reader also takes these words for a last sentence's end.
SENTENCE_ENDS = (".", "!", "?", '."', ".)", "necessary", "appropriate", "indicated", "certified", "supported")


def rendered(letter: SampleLetter, layout: str, form: str, seed: int) -> bytes:
    """Return a letter's bytes in one form."""
    if form == PDF:
        return render_pdf(letter, layout)
    text = render_text(letter, layout=layout)
    return text.encode() if form == TEXT else encoded(text, form, seed)


def expected_in(letter: SampleLetter, layout: str, form: str, content: bytes) -> ExpectedLetter:
    """Return what a correct reader says of a letter in one form.

    Args:
        letter: the sample.
        layout: a key of `LAYOUTS`.
        form: 'pdf', 'text' or the damage done to the text.
        content: the file; what is left of a letter that was cut off can only be told from it.
    """
    wanted = expected(letter, layout, header=form != "lost_header")
    if form != "cut_off":
        return wanted
    text = _without_running_lines(letter, content.decode())
    *whole, last = wanted.items
    # Items that share the last rationale lose its end together.
    shared = [FACTS[layout].shares_rationales and item.rationale == last.rationale for item in whole]
    left = _left(last.rationale, text)
    items = [
        msgspec.structs.replace(item, rationale=left) if cut else item for item, cut in zip(whole, shared, strict=True)
    ]
    lost_reviewer = FACTS[layout].reviewer_last
    return msgspec.structs.replace(
        wanted,
        items=(*items, msgspec.structs.replace(last, rationale=left)),
        outcome=None,
        outcome_known=not text.endswith(SENTENCE_ENDS),
        licensure=() if lost_reviewer else wanted.licensure,
        specialties=() if lost_reviewer else wanted.specialties,
    )


def _without_running_lines(letter: SampleLetter, text: str) -> str:
    """Drop running heads and feet, one that is cut off included."""
    head = running_head(letter)
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if not (head.startswith(line) or RUNNING_FOOT.fullmatch(line)))


def _left(rationale: str, text: str) -> str:
    """Return the longest beginning of a rationale with which a text ends, wherever its lines break."""
    squeezed = "".join(text.split())
    ends = [match.end() for match in WORDS.finditer(rationale)]
    beginnings = (rationale[:end] for end in reversed(ends))
    return next(beginning for beginning in beginnings if squeezed.endswith("".join(beginning.split())))
