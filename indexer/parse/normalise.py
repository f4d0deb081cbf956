"""From a letter's words to the vocabulary's terms: treatments, body regions, sides, specialties."""

import functools
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from config.terms import FamilyTerm, RegionTerm, Terms, TreatmentTerm, load_terms
from indexer.parse.matcher import Match, Matcher
from indexer.parse.mentions import asked_for
from indexer.records import Laterality, Treatment

# An Orange Book brand whose ingredient has no entry of its own still has a name and a top category.
_UNCLASSED = "Pharmaceuticals"
_SIDES: dict[str, Laterality] = {
    "left": "left",
    "right": "right",
    "bilateral": "bilateral",
    "both": "bilateral",
}
_SIDE = re.compile(r"\b(left|right|bilateral|both)(?:ly)?\b|\b(lt|rt|bilat)\b\.?", re.IGNORECASE)
_SHORT_SIDES: dict[str, Laterality] = {"lt": "left", "rt": "right", "bilat": "bilateral"}
# A single letter is a side only right before a body region: 'R shoulder', 'B/L L4-5'.
_LETTER = re.compile(r"(?<![\w/.-])(R|L|B/L|BL)\.?\s$")
_LONGEST_LETTER = len("B/L. ")
_LETTERS: dict[str, Laterality] = {"R": "right", "L": "left", "B/L": "bilateral", "BL": "bilateral"}


class Place(NamedTuple):
    """A body region, with the side where the name itself gives one; '' where a name only looks like one."""

    region: str
    laterality: Laterality | None


class Normaliser:
    """Matches texts against a vocabulary. Build once, share: it holds no state of a letter."""

    def __init__(self, terms: Terms) -> None:
        """Build the automata."""
        self.terms = terms
        self._treatments = _treatment_matcher(terms)
        self._families = Matcher([(name, family) for family in terms.families for name in (family.name, *family.names)])
        self._kin = _close_kin(terms.families)
        self._parents = {region.name: region.parent for region in terms.regions}
        self._regions = _region_matcher(terms)
        self._levels = tuple(
            (re.compile(pattern, re.IGNORECASE), region.name) for region in terms.regions for pattern in region.levels
        )
        tops = (category.partition(" > ")[0] for category in terms.categories)
        self._categories = {name.casefold(): name for name in (*terms.categories, *tops)}
        self._specialties = {_fold(name): term.name for term in terms.specialties for name in (term.name, *term.names)}

    def treatment_mentions(self, text: str) -> tuple[Match[Treatment], ...]:
        """Return every treatment named in a text with its place, left to right."""
        return self._treatments.find(text)

    def treatments(self, text: str) -> tuple[Treatment, ...]:
        """Return the treatments that a text asks for, each once, in order of first mention.

        Drugs named with percentages side by side are one compounded cream; what another treatment is for
        ('guidance for an injection') is not asked for with it.
        """
        return asked_for(text, self._treatments.find(text))

    def family_mentions(self, text: str) -> tuple[Match[FamilyTerm], ...]:
        """Return every class of treatments named in a text where no single treatment is, left to right."""
        single = self._treatments.find(text)
        return tuple(
            match
            for match in self._families.find(text)
            if not any(match.start < other.end and other.start < match.end for other in single)
        )

    def close_kin(self, concept: str) -> frozenset[str]:
        """Return the concepts that are decided on the same grounds as a concept, itself left out."""
        return self._kin.get(concept, frozenset())

    def wider_regions(self, region: str) -> frozenset[str]:
        """Return the regions that hold a body region ('spine' for 'lumbar spine'), itself left out."""
        found: set[str] = set()
        wider = self._parents.get(region)
        while wider and wider not in found:
            found.add(wider)
            wider = self._parents.get(wider)
        return frozenset(found)

    def region_mentions(self, text: str) -> tuple[Match[Place], ...]:
        """Return every body region named in a text with its place, left to right."""
        levels = [
            Match(found.start(), found.end(), Place(region, None))
            for pattern, region in self._levels
            for found in pattern.finditer(text)
        ]
        named = [match for match in self._regions.find(text) if match.value.region]
        return tuple(sorted([*named, *levels], key=lambda match: (match.start, -match.end)))

    def regions(self, text: str) -> tuple[str, ...]:
        """Return the body regions named in a text, each once, in order of first mention."""
        return tuple(dict.fromkeys(match.value.region for match in self.region_mentions(text)))

    def laterality(self, text: str) -> tuple[Laterality, ...]:
        """Return the sides named in a text, each once, in order of first mention."""
        found: list[tuple[int, Laterality]] = [
            (match.start(), _SIDES[match[1].lower()] if match[1] else _SHORT_SIDES[match[2].lower()])
            for match in _SIDE.finditer(text)
        ]
        for match in self.region_mentions(text):
            letter = _LETTER.search(text, max(0, match.start - _LONGEST_LETTER), match.start)
            side = match.value.laterality or (_LETTERS[letter[1]] if letter else None)
            if side:
                found.append((match.start, side))
        return tuple(dict.fromkeys(side for _, side in sorted(found)))

    def specialty(self, text: str) -> str | None:
        """Return the DWC's name of a specialty as a letter writes it, or None."""
        return self._specialties.get(_fold(text))

    def category(self, name: str) -> str | None:
        """Return a category of the DWC's tree, whole or its first part, as the vocabulary spells it, or None."""
        return self._categories.get(name.strip().casefold())

    def concept(self, name: str) -> Treatment | None:
        """Return the treatment that a name stands for as a whole ('Ultram' is tramadol), or None."""
        found = self._treatments.find(name)
        return found[0].value if len(found) == 1 and not _rest(name, found[0]) else None

    def region(self, name: str) -> str | None:
        """Return the body region that a name stands for as a whole, or None."""
        found = self.region_mentions(name)
        return found[0].value.region if found and not _rest(name, found[0]) else None


def _close_kin(families: Sequence[FamilyTerm]) -> dict[str, frozenset[str]]:
    kin: dict[str, frozenset[str]] = {}
    for family in families:
        if family.close:
            for concept in family.members:
                kin[concept] = kin.get(concept, frozenset()) | (family.members - {concept})
    return kin


def _rest(text: str, match: Match[Any]) -> str:
    return re.sub(r"[\W_]", "", text[: match.start] + text[match.end :])


def _fold(text: str) -> str:
    return " ".join(re.findall(r"[a-z]+", text.lower().replace("&", " and ")))


def _treatment_matcher(terms: Terms) -> Matcher[Treatment]:
    names: list[tuple[str, Treatment]] = []
    exact: list[tuple[str, Treatment]] = []
    known: dict[str, Treatment] = {}
    for term in terms.treatments:
        treatment = _treatment(term)
        for name in (term.concept, *term.names):
            names.append((name, treatment))
            known[name.lower()] = treatment
        exact.extend((name, treatment) for name in term.exact)
    for brand, ingredient in terms.brands:
        drug = known.get(ingredient) or Treatment(concept=ingredient, category=_UNCLASSED, ingredients=(ingredient,))
        names.append((brand, drug))
        if ingredient not in known:
            names.append((ingredient, drug))
    return Matcher(names, exact)


def _treatment(term: TreatmentTerm) -> Treatment:
    return Treatment(concept=term.concept, category=term.category, ingredients=term.ingredients)


def _region_matcher(terms: Terms) -> Matcher[Place]:
    names = [(name, Place(region.name, None)) for region in terms.regions for name in _region_names(region)]
    names += [(name, Place("", None)) for name in terms.no_regions]
    exact = [(name, Place(region.name, None)) for region in terms.regions for name in region.exact]
    exact += [(limb.text, Place(limb.region, _SIDES[limb.laterality])) for limb in terms.limbs]
    return Matcher(names, exact)


def _region_names(region: RegionTerm) -> tuple[str, ...]:
    return (region.name, *region.names)


@functools.cache
def default_normaliser() -> Normaliser:
    """Return the normaliser of the packaged vocabulary, built once a process."""
    return Normaliser(load_terms())
