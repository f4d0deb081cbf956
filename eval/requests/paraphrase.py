"""Say an item otherwise: in other words, in short, or by brand."""

import functools
import re
import tomllib
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from config.terms import load_terms
from indexer.parse.normalise import Normaliser

_FILE = Path(__file__).parent / "paraphrases.toml"


class Rule(NamedTuple):
    """A pattern and the words that take its place."""

    pattern: re.Pattern[str]
    words: str


class Rules(NamedTuple):
    """Rules for what is asked for and for its manner: place, side, count."""

    treatment: tuple[Rule, ...]
    manner: tuple[Rule, ...]


@functools.cache
def load_rules() -> Rules:
    """Read paraphrases.toml."""
    data = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    compiled = {
        kind: tuple(Rule(re.compile(entry["pattern"], re.IGNORECASE), entry["words"]) for entry in entries)
        for kind, entries in data.items()
    }
    return Rules(**compiled)


@functools.cache
def other_names() -> dict[str, tuple[str, ...]]:
    """Return every concept's names in the vocabulary, the concept's own first, brands last."""
    terms = load_terms()
    names: dict[str, list[str]] = {term.concept: [term.concept, *term.names, *term.exact] for term in terms.treatments}
    for brand, ingredient in terms.brands:
        names.setdefault(ingredient, [ingredient]).append(brand)
    return {concept: tuple(dict.fromkeys(known)) for concept, known in names.items()}


def paraphrase(item: str, seed: str, normaliser: Normaliser) -> str:
    """Return an item in other words; the same for the same seed."""
    rules = load_rules()
    said = item
    for rule in rules.treatment:
        said = rule.pattern.sub(rule.words, said)
    if said == item:
        said = _renamed(item, seed, normaliser)
    for rule in rules.manner:
        said = rule.pattern.sub(rule.words, said)
    return " ".join(said.split())


def _renamed(item: str, seed: str, normaliser: Normaliser) -> str:
    """Replace the first treatment's name by another of its names that is read as the same treatment."""
    mentions = normaliser.treatment_mentions(item)
    if not mentions:
        return item
    first = mentions[0]
    written = item[first.start : first.end]
    others = [
        name
        for name in other_names().get(first.value.concept, ())
        if name.casefold() != written.casefold()
        and normaliser.concept(name) == first.value
        and set(normaliser.regions(name)) <= set(normaliser.regions(item))
    ]
    if not others:
        return item
    chosen = others[crc32(f"{seed} {written}".encode()) % len(others)]
    return f"{item[: first.start]}{chosen}{item[first.end :]}"
