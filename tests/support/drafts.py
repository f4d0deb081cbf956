"""Drafts written from evidence packs, true ones and ones with a fabrication planted, drawn by a seeded generator."""

import random
import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import msgspec

from service.records import Citation

_MARKS = re.compile("[\"'\u2018\u2019\u201c\u201d\u2026\\[\\]]|\\.\\.\\.")
OTHER_WORDS = ("never", "always", "thirty", "surgeon", "improved", "worse", "hardly", "acupuncture", "weekly")
INVENTED = (
    "The panel considers this request a model of careful documentation.",
    "Every earlier reviewer of the same file reached the opposite view.",
    "Nothing in the schedule forbids a second opinion by telephone.",
    "A gain of forty points on the disability scale was recorded within days.",
)
AUTHORITIES = (
    "ODG Low Back Chapter",
    "the Washington State Guidelines",
    "Smith et al., 2011",
    "the American College of Radiology",
    "the Journal of Hand Surgery",
    "AMA Guides",
)


class Planted(NamedTuple):
    """A draft with its citations, and which verdicts name what was planted: any of `verdicts` will do."""

    text: str
    citations: tuple[Citation, ...]
    verdicts: frozenset[str]


Plant = Callable[[random.Random, Sequence[Citation]], Planted | None]


def fragment(rng: random.Random, quote: str, least: int = 5) -> str | None:
    """Return a run of words of a quote without quotation marks, as it stands there; None where there is none."""
    words = list(re.finditer(r"\S+", quote))
    if len(words) < least:
        return None
    for _ in range(8):
        first = rng.randrange(len(words) - least + 1)
        last = rng.randrange(first + least, len(words) + 1)
        chosen = quote[words[first].start() : words[last - 1].end()]
        before = quote[: words[first].start()].lower().split()[-1:]
        if not _MARKS.search(chosen) and before not in (["not"], ["no"], ["never"], ["without"], ["cannot"]):
            return chosen
    return None


def quoting(rng: random.Random, words: str, marker: int) -> str:
    """Write a sentence that quotes some words with a marker, in one of the ways that people do."""
    return rng.choice(
        [
            f'The reviewer wrote that "{words}" [{marker}].',
            f"On review, \u201c{words}\u201d [{marker}]",
            f'[{marker}] "{words}"',
            f'As the reviewer put it in [{marker}], "{words}"',
            f"The passage reads:\n\n> {words}\n>\n> \u2014 [{marker}]\n",
            f"The reviewer of [{marker}] said:\n\n> {words}\n",
            f'- "{words}." [{marker}]',
            f'It was said that "{words} [{marker}]."',
        ]
    )


def stating(rng: random.Random, citation: Citation) -> str:
    """Write a sentence that says truly where a citation is from and how it ended."""
    case = citation.case_number or citation.determination_id
    verb = citation.outcome
    other = "overturned" if verb == "upheld" else "upheld"
    return rng.choice(
        [
            f"In IMR Case No. {case}, item {citation.item}, the denial was {verb} [{citation.marker}].",
            f"This one was {verb}. [{citation.marker}]",
            f"[{citation.marker}] {verb} the denial ({case}).",
            f"The denial was not {other} in {case} [{citation.marker}].",
        ]
    )


def true_draft(rng: random.Random, citations: Sequence[Citation]) -> str:
    """Write a draft in which everything is so."""
    parts = []
    for citation in rng.sample(list(citations), min(len(citations), rng.randint(1, 4))):
        words = fragment(rng, citation.quote)
        if words:
            parts.append(quoting(rng, words, citation.marker))
        parts.append(stating(rng, citation))
    return "\n\n".join(parts)


def _with(rng: random.Random, citations: Sequence[Citation], sentence: str, *verdicts: str) -> Planted:
    """Hide a sentence in a true draft."""
    parts = [true_draft(rng, citations), sentence]
    if rng.random() < 0.5:
        parts.append(true_draft(rng, citations))
    return Planted("\n\n".join(parts), tuple(citations), frozenset(verdicts))


def changed_word(rng: random.Random, citations: Sequence[Citation]) -> Planted | None:
    """Put another word for one."""
    citation = rng.choice(citations)
    words = (fragment(rng, citation.quote, 6) or "").split()
    if not words:
        return None
    place = rng.randrange(1, len(words) - 1)
    new = rng.choice([word for word in OTHER_WORDS if word != words[place].lower()])
    altered = " ".join([*words[:place], new, *words[place + 1 :]])
    return _with(rng, citations, quoting(rng, altered, citation.marker), "fabricated")


def dropped_not(rng: random.Random, citations: Sequence[Citation]) -> Planted | None:
    """Leave out a negation."""
    denying = [one for one in citations if re.search(r"\w (?:not|no|never|without) \w", one.quote)]
    if not denying:
        return None
    citation = rng.choice(denying)
    altered = re.sub(r"(?<=\w )(?:not|no|never|without) (?=\w)", "", citation.quote, count=1)
    sentence = quoting(rng, _MARKS.sub("", altered), citation.marker)
    return _with(rng, citations, sentence, "fabricated", "stitched")


def hidden_not(rng: random.Random, citations: Sequence[Citation]) -> Planted | None:
    """Put an ellipsis where the negation stood."""
    denying = [one for one in citations if re.search(r"\w+ \w+ \w+ (?:not|no|never|without) \w+ \w+", one.quote)]
    if not denying:
        return None
    citation = rng.choice(denying)
    altered = re.sub(r"(?<=\w )(?:not|no|never|without) (?=\w)", "... ", citation.quote, count=1)
    return _with(rng, citations, quoting(rng, altered.replace('"', ""), citation.marker), "fabricated", "stitched")


def wrong_marker(rng: random.Random, citations: Sequence[Citation]) -> Planted | None:
    """Quote one passage under the marker of another."""
    if len(citations) < 2:
        return None
    one, other = rng.sample(list(citations), 2)
    words = fragment(rng, one.quote)
    if not words or " ".join(words.split()).strip(".,;:") in " ".join(other.quote.split()):
        return None
    return _with(rng, citations, quoting(rng, words, other.marker), "misattributed")


def joined_halves(rng: random.Random, citations: Sequence[Citation]) -> Planted | None:
    """Run the beginning of one quote on into the end of another, with or without an ellipsis."""
    if len(citations) < 2:
        return None
    one, other = rng.sample(list(citations), 2)
    first, second = one.quote.split(), other.quote.split()
    if len(first) < 12 or len(second) < 12:
        return None
    head = " ".join(first[: rng.randint(5, len(first) - 5)])
    tail = " ".join(second[-rng.randint(5, len(second) - 5) :])
    if _MARKS.search(head + tail):
        return None
    joined = head + rng.choice([" ", " ... ", " [\u2026] "]) + tail
    return _with(rng, citations, quoting(rng, joined, rng.choice([one, other]).marker), "stitched", "fabricated")


def invented_quote(rng: random.Random, citations: Sequence[Citation]) -> Planted | None:
    """Quote what nobody wrote."""
    return _with(rng, citations, quoting(rng, rng.choice(INVENTED), rng.choice(citations).marker), "fabricated")


def invented_without_marker(rng: random.Random, citations: Sequence[Citation]) -> Planted | None:
    """Quote what nobody wrote and cite nothing."""
    return _with(rng, citations, f'It was held that "{rng.choice(INVENTED)}"', "fabricated")


def no_marker(rng: random.Random, citations: Sequence[Citation]) -> Planted | None:
    """Quote truly and cite nothing."""
    words = fragment(rng, rng.choice(citations).quote)
    return _with(rng, citations, f'A reviewer held that "{words}"', "unattributed") if words else None


def unknown_marker(rng: random.Random, citations: Sequence[Citation]) -> Planted | None:
    """Cite what is not there."""
    marker = max(one.marker for one in citations) + rng.randint(1, 50)
    return _with(rng, citations, f"Other reviewers have agreed [{marker}].", "marker")


def changed_number(rng: random.Random, citations: Sequence[Citation]) -> Planted | None:
    """State a number of a passage otherwise than it stands there."""
    counted = [(one, found) for one in citations for found in re.finditer(r"(?<![\w./-])\d+ (?=[a-z]{3})", one.quote)]
    if not counted:
        return None
    citation, found = rng.choice(counted)
    held = set(re.findall(r"\d+", citation.quote))
    number = rng.choice([number for number in (67, 71, 73, 79, 83, 89, 97) if str(number) not in held])
    unit = citation.quote[found.end() :].split()[0].strip(".,;:()")
    return _with(rng, citations, f"The record speaks of {number} {unit} in all [{citation.marker}].", "number")


def invented_dose(rng: random.Random, citations: Sequence[Citation]) -> Planted | None:
    """Bring in a dose, a share or a count that no passage has."""
    said = rng.choice(["at 375 mg a day", "in 87% of patients", "for seventeen weeks", "on 11/30/2009", "#480 tablets"])
    return _with(rng, citations, f"This was asked for {said} [{rng.choice(citations).marker}].", "number")


def invented_authority(rng: random.Random, citations: Sequence[Citation]) -> Planted | None:
    """Rest a decision on a source that its passage does not name."""
    name = rng.choice(AUTHORITIES)
    if any(name.split()[0].lower() in one.quote.lower() for one in citations) and not name.startswith("the "):
        return None
    marker = rng.choice(citations).marker
    sentence = rng.choice(
        [f"The reviewer relied on {name} [{marker}].", f"Citing {name}, the reviewer agreed [{marker}]."]
    )
    return _with(rng, citations, sentence, "authority")


def invented_case(rng: random.Random, citations: Sequence[Citation]) -> Planted | None:
    """Name a case that is not cited."""
    case = f"CM16-{rng.randrange(10**7):07}"
    marker = rng.choice(["", f" [{rng.choice(citations).marker}]"])
    return _with(rng, citations, f"IMR Case No. {case} came out alike{marker}.", "case")


def wrong_outcome(rng: random.Random, citations: Sequence[Citation]) -> Planted | None:
    """Say that a decision came out the other way."""
    citation = rng.choice(citations)
    other = "overturned" if citation.outcome == "upheld" else "upheld"
    turned = msgspec.structs.replace(citation, outcome=other)
    return _with(rng, citations, stating(rng, turned), "outcome")


def wrong_item(rng: random.Random, citations: Sequence[Citation]) -> Planted | None:
    """Name another item of the case."""
    citation = rng.choice(citations)
    sentence = f"Item {citation.item + rng.randint(1, 5)} was {citation.outcome} [{citation.marker}]."
    return _with(rng, citations, sentence, "number")


def altered_citation(rng: random.Random, citations: Sequence[Citation]) -> Planted | None:
    """Change one field of one citation."""
    citation = rng.choice(citations)
    changes: list[dict[str, Any]] = [
        {"start": citation.start + rng.choice([-7, -1, 1, 7])},
        {"end": citation.end + rng.choice([-3, -1, 1, 3])},
        {"start": -1},
        {"end": 10**12},
        {"text_sha256": citation.text_sha256[::-1]},
        {"determination_id": citation.determination_id[:-1] + "x"},
        {"case_number": "CM16-0000001"},
        {"case_number": None},
        {"outcome": "overturned" if citation.outcome == "upheld" else "upheld"},
        {"page": (citation.page or 1) + 1},
        {"item": citation.item + 40},
        {"item": 0},
        {"quote": citation.quote + " "},
        {"quote": citation.quote.replace(" ", "  ", 1)},
        {"quote": citation.quote.swapcase()},
    ]
    changed = msgspec.structs.replace(citation, **rng.choice(changes))
    others = tuple(changed if one is citation else one for one in citations)
    return Planted(true_draft(rng, citations), others, frozenset({"citation"}))


PLANTS: dict[str, Plant] = {
    one.__name__: one
    for one in (
        changed_word, dropped_not, hidden_not, wrong_marker, joined_halves, invented_quote, invented_without_marker,
        no_marker, unknown_marker, changed_number, invented_dose, invented_authority, invented_case, wrong_outcome,
        wrong_item, altered_citation,
    )
}  # fmt: skip
