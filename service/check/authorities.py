"""Named authorities: guidelines, their chapters, societies, journals, laws."""

import functools
import re
from typing import NamedTuple

from config.terms import load_terms

# Each group is one authority by several names; the first is how it is reported.
_NAMES: tuple[tuple[str, ...], ...] = (
    ("MTUS", "Medical Treatment Utilization Schedule"),
    ("ACOEM", "American College of Occupational and Environmental Medicine"),
    ("ODG", "Official Disability Guidelines", "Official Disability Guideline"),
    ("FDA", "Food and Drug Administration"),
    ("CDC", "Centers for Disease Control"),
    ("AMA Guides",),
    ("AAOS", "American Academy of Orthopaedic Surgeons", "American Academy of Orthopedic Surgeons"),
    ("NASS", "North American Spine Society"),
    ("NICE", "National Institute for Health and Care Excellence"),
    ("Cochrane",),
    ("PubMed",),
    ("Medscape",),
    ("UpToDate",),
    ("Labor Code",),
    ("Code of Regulations", "CCR"),
    ("AHRQ", "Agency for Healthcare Research and Quality"),
    ("ASIPP", "American Society of Interventional Pain Physicians"),
    ("ACR", "American College of Radiology"),
)
_CAPITAL = r"[A-Z][\w'\u2019-]*"
# 'Washington State Guidelines', 'Journal of Hand Surgery', 'Smith et al.', 'Low Back Chapter'.
_GENERAL = re.compile(
    rf"(?:{_CAPITAL}\s+(?:(?:of|and|for|the|on|&)\s+)*){{1,6}}(?:Guidelines?|Chapters?|Schedule|Society|Academy|"
    r"Association|College|Journal|Formulary|Act|Institute|Guides?|Handbook|Textbook|Review of Medicine)\b"
    rf"|\b(?:Journal|Annals|Archives|Academy|College|Society|Association|Institute)\s+(?:of|for)\s+(?:the\s+)?{_CAPITAL}"
    rf"(?:\s+(?:(?:of|and|for|&)\s+)*{_CAPITAL}){{0,5}}"
    rf"|\b{_CAPITAL}(?:\s+(?:and|&)\s+{_CAPITAL})?,?\s+et\s+al\b"
    r"|\b\d+\s+(?:CCR|C\.F\.R\.|CFR|USC)\s+\S*\d+|\b[Ss]ections?\s+\d{3,5}(?:\.\d+)*|\u00a7+\s*\d[\d.]*"
)
# Words that begin a sentence or belong to the decision itself and name nobody.
_LEADING = re.compile(
    r"^(?:The|A|An|In|Per|Under|By|With|As|See|Citing|Following|According to|This|That|Both|And|But|If|For|No|Its|Their"
    r"|His|Her)\s+"
)
_OWN = re.compile(r"^(?:IMR|Independent Medical Review|UR|Utilization Review)\b")


class Named(NamedTuple):
    """An authority named at text[start:end]; any of `names` in a passage holds it."""

    start: int
    end: int
    names: tuple[str, ...]


@functools.cache
def _known() -> tuple[re.Pattern[str], dict[str, tuple[str, ...]]]:
    groups = {name.casefold(): names for names in _NAMES for name in names}
    for title in load_terms().mtus_chapters:
        # One word alone ('Eye', 'Opioids', 'Prevention') is a subject before it is a chapter.
        if " " in title and title != "Chronic Pain":
            groups.setdefault(title.casefold(), (title,))
    # Names are matched as they are capitalised: 'shoulder complaints' of a patient are no chapter.
    spelled = [*(name for names in _NAMES for name in names), *(names[0] for names in groups.values())]
    ordered = sorted(set(spelled), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(re.escape(name) for name in ordered)})(?!\w)"), groups


def authorities_in(text: str) -> list[Named]:
    """Return the authorities that a text names, in order; the longest name at each place."""
    pattern, groups = _known()
    found = [Named(one.start(), one.end(), groups[one.group().casefold()]) for one in pattern.finditer(text)]
    for one in _GENERAL.finditer(text):
        start = one.start()
        while leading := _LEADING.match(text[start : one.end()]):
            start += leading.end()
        name = text[start : one.end()]
        inside = [known for known in found if start <= known.start and known.end <= one.end()]
        if " " not in name.strip() or _OWN.match(name) or (inside and inside[-1].end >= one.end() - 12):
            continue
        found = [known for known in found if known not in inside]
        found.append(Named(start, one.end(), (name,)))
    return sorted(found, key=lambda named: named.start)


def holds(passage: str, named: Named) -> bool:
    """Whether a folded passage names an authority, by any of its names."""
    folded = passage.casefold()
    return any(
        re.search(rf"(?<!\w){re.escape(' '.join(name.split()).casefold())}(?!\w)", folded) for name in named.names
    )
