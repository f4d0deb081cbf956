"""Guidelines worded as letters word them, in each period's manner."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from eval.letters.records import SampleGuideline
from eval.letters.wording import joined

Citer = Literal["The Claims Administrator", "The Expert Reviewer", "The Physician Reviewer"]

# How a citation outside of the MTUS names its authority, and the short name that makes this unneeded.
AUTHORITIES = {
    "ODG": ("Official Disability Guidelines (ODG)", "Official Disability"),
    "ACOEM": ("ACOEM Practice Guidelines", "ACOEM"),
}


class GuidelineTexts(msgspec.Struct, frozen=True):
    """What an item's letter says each side relied on; None where the layout has no place for it."""

    claims_administrator: str | None
    imr: str


def based_on(cited: Sequence[SampleGuideline], citer: Citer) -> str:
    """Word guidelines as letters do from late 2014 on.

    Args:
        cited: the guidelines of one side.
        citer: whose they are.

    Returns:
        'Decision based on MTUS ...' and 'Decision based on Non-MTUS Citation ...', or that none was cited.
    """
    if not cited:
        return _none(citer)
    mtus = [_place(one) for one in cited if one.authority == "MTUS"]
    outside = [_named(one) for one in cited if one.authority != "MTUS"]
    sentences = [f"Decision based on MTUS {', and '.join(mtus)}."] if mtus else []
    if not mtus:
        sentences.append(f"{citer} based their decision on recommendation(s) outside of the MTUS Guidelines.")
    sentences += [f"Decision based on Non-MTUS Citation {name}." for name in outside]
    return " ".join(sentences)


def based_its_decision(cited: Sequence[SampleGuideline], citer: Citer) -> str:
    """Word guidelines as letters of early 2014 do: '... based its decision on the MTUS ...'."""
    if not cited:
        return _none(citer)
    names = [f"the MTUS {_place(one)}" if one.authority == "MTUS" else f"the Non-MTUS {_named(one)}" for one in cited]
    return f"{citer} based {_possessive(citer)} decision on {joined(names)}."


def part_of_the_mtus(cited: Sequence[SampleGuideline], citer: Citer) -> str:
    """Word guidelines as letters of 2013 do: '... decision on the ..., which is part of the MTUS.'."""
    if not cited:
        return _none(citer)
    names = [
        f"the {_place(one)}, which is part of the MTUS"
        if one.authority == "MTUS"
        else f"the {_named(one)}, which is not part of the MTUS"
        for one in cited
    ]
    return f"{citer} based {_possessive(citer)} decision on {', and '.join(names)}."


def _none(citer: Citer) -> str:
    return f"{citer} did not cite any medical evidence for its decision."


def _possessive(citer: Citer) -> str:
    return "its" if citer == "The Claims Administrator" else "his/her"


def _named(one: SampleGuideline) -> str:
    """Name a guideline with its authority, unless its title does so already."""
    name, told_by = AUTHORITIES.get(one.authority, ("", ""))
    place = _place(one)
    return place if told_by in one.title else f"{name}, {place}"


def _place(one: SampleGuideline) -> str:
    """Return title, year, sections and pages: 'Low Back Complaints 2004, Section(s): Summary'."""
    place = one.title.rstrip(".")
    if one.year is not None:
        place += f" {one.year}"
    if one.sections:
        place += f", Section(s): {', '.join(one.sections)}"
    if one.pages:
        place += f" Page(s): {', '.join(one.pages)}"
    return place
