"""What a phrase is about: the treatments asked for, those only mentioned in its reason, and the outcome it names.

'Shoulder MRI allowed after therapy and anti-inflammatories failed?' asks for an MRI; therapy is why. The cues are data
(config/vocabulary/question_cues.toml).
"""

import functools
import re
import tomllib
from collections.abc import Iterable
from typing import NamedTuple

from config.resources import VOCABULARY_DIR
from config.terms import FamilyTerm
from indexer.parse.normalise import Normaliser
from indexer.records import ItemOutcome, Treatment

_FILE = "question_cues.toml"


class Focus(NamedTuple):
    """What a phrase asks for.

    `families` are the classes asked for where no single treatment is ('narcotics'); `mentioned` the treatments of the
    reason; `outcome` the one outcome that is named, None where none or both are.
    """

    treatments: tuple[Treatment, ...]
    families: tuple[FamilyTerm, ...]
    mentioned: tuple[Treatment, ...]
    outcome: ItemOutcome | None


class _Cues(NamedTuple):
    reason: re.Pattern[str]
    not_imr: re.Pattern[str]
    granted: re.Pattern[str]
    denied: re.Pattern[str]


@functools.cache
def _cues() -> _Cues:
    data = tomllib.loads((VOCABULARY_DIR / _FILE).read_text(encoding="utf-8"))
    outcome = data["outcome"]
    patterns = (data["reason_begins"], outcome["not_imr"], outcome["granted"], outcome["denied"])
    return _Cues(*(re.compile("|".join(pattern), re.IGNORECASE) for pattern in patterns))


def focus(text: str, normaliser: Normaliser) -> Focus:
    """Tell what a phrase asks for from what it only mentions."""
    cut = _reason_begins(text, normaliser)
    asked, reason = text[:cut], text[cut:]
    treatments = normaliser.treatments(asked)
    families = () if treatments else _narrowest(match.value for match in normaliser.family_mentions(asked))
    wanted = {treatment.concept for treatment in treatments}
    return Focus(
        treatments=treatments,
        families=families,
        mentioned=tuple(one for one in normaliser.treatments(reason) if one.concept not in wanted),
        outcome=named_outcome(text),
    )


def _narrowest(families: Iterable[FamilyTerm]) -> tuple[FamilyTerm, ...]:
    """Return the families without those that hold another whole: a 'narcotic refill' is no medication at large."""
    named = {family.name: family for family in families}
    return tuple(
        family for family in named.values() if not any(other.members < family.members for other in named.values())
    )


def _reason_begins(text: str, normaliser: Normaliser) -> int:
    """Return where the reason begins: at the first such word after the first treatment or class that is named."""
    named = [match.end for match in normaliser.treatment_mentions(text)]
    named += [match.end for match in normaliser.family_mentions(text)]
    if not named:
        return len(text)
    found = _cues().reason.search(text, min(named))
    return found.start() if found else len(text)


def named_outcome(text: str) -> ItemOutcome | None:
    """Return the IMR outcome that a text names, None where it names none or both; UR's own denial is none."""
    cues = _cues()
    said = cues.not_imr.sub(" ", text)
    # What is 'not certified' must not count as certified as well.
    denied = bool(cues.denied.search(said))
    granted = bool(cues.granted.search(cues.denied.sub(" ", said)))
    if denied == granted:
        return None
    return "overturned" if granted else "upheld"
