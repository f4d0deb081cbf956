"""How well requests are understood: items, regions, sides, counts and doses, against what a reader expects.

`python -m eval.requests.score FILE [--half odd|even] [--form NAME] [--misses]` prints the figures. FILE holds a
request a line: `_id`, `form`, `text`, `items` (expected) and `not_items` (named, not asked for; for readers only).
"""

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from config.errors import Fault
from config.settings import load_settings
from eval.lines import read_json_lines
from indexer.parse.normalise import Normaliser, default_normaliser
from service.understand import RequestedItem, understand

REQUESTS = Path(__file__).parent / "requests.jsonl"
# Written by another hand again; nobody who works on the understanding reads them or their misses.
HELD_OUT = Path(__file__).parent / "requests_held_out.jsonl"
Half = Literal["odd", "even", "both"]

# A text of more words than this names nothing in particular by its words.
_PHRASE_WORDS = 40
_WORD = re.compile(r"[a-z0-9]+")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_SMALL = frozenset({"a", "an", "and", "for", "in", "of", "on", "or", "the", "to", "under", "with"})
_COUNTS = {
    word: str(number)
    for number, word in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    )
}


class ExpectedItem(msgspec.Struct, frozen=True):
    """An item that a reader finds asked for. `concepts_any` are names, any of which is right."""

    name: str
    concepts_any: tuple[str, ...]
    body_regions: tuple[str, ...] = ()
    laterality: str | None = None
    quantity: str | None = None
    dose: str | None = None


class Request(msgspec.Struct, frozen=True):
    """A request with what it asks for."""

    id: str = msgspec.field(name="_id")
    form: str
    text: str
    items: tuple[ExpectedItem, ...]
    not_items: tuple[str, ...] = ()


class Pair(NamedTuple):
    """An expected item and the understood one that is it, or None."""

    expected: ExpectedItem
    understood: RequestedItem | None


class Reading(NamedTuple):
    """A request as understood: its expected items, and what was understood besides."""

    request: Request
    pairs: tuple[Pair, ...]
    extra: tuple[RequestedItem, ...]


class Share(msgspec.Struct, frozen=True):
    """So many of so many."""

    right: int
    n: int

    @property
    def rate(self) -> float:
        """The share; 1 of nothing."""
        return self.right / self.n if self.n else 1.0


def load_requests(path: Path, half: Half = "both") -> list[Request]:
    """Read requests; a half is told by the last digit of the id.

    Raises:
        DatasetFault: the file cannot be read or a line does not have the form.
    """
    requests = [request for _, request in read_json_lines(path, Request)]
    wanted = {"odd": "13579", "even": "02468", "both": "0123456789"}[half]
    return [request for request in requests if request.id[-1:] in wanted]


def read(request: Request, normaliser: Normaliser, most: int) -> Reading:
    """Understand a request, and pair what is expected with what is understood, each once."""
    left = list(understand(request.text, normaliser, most))
    pairs = []
    for expected in request.items:
        found = next((item for item in left if _names(item, expected, normaliser)), None)
        if found:
            left.remove(found)
        pairs.append(Pair(expected, found))
    return Reading(request, tuple(pairs), tuple(left))


def measures(readings: Sequence[Reading]) -> dict[str, Share]:
    """Return the figures: items found, understood items that are right, and what was read of the found ones."""
    pairs = [pair for reading in readings for pair in reading.pairs]
    found = [(pair.expected, pair.understood) for pair in pairs if pair.understood]
    extra = sum(len(reading.extra) for reading in readings)
    return {
        "recall": Share(len(found), len(pairs)),
        "precision": Share(len(found), len(found) + extra),
        "whole requests": Share(
            sum(not reading.extra and all(pair.understood for pair in reading.pairs) for reading in readings),
            len(readings),
        ),
        "regions": _share([bool(set(e.body_regions) & set(u.body_regions)) for e, u in found if e.body_regions]),
        "laterality": _share([_side(e.laterality, u) for e, u in found if e.laterality]),
        "quantity": _share([_same_number(e.quantity, u.quantity) for e, u in found if e.quantity]),
        "dose": _share([_folded(e.dose) in _folded(u.dose) for e, u in found if e.dose]),
    }


def _share(right: Sequence[bool]) -> Share:
    return Share(sum(right), len(right))


def _names(item: RequestedItem, expected: ExpectedItem, normaliser: Normaliser) -> bool:
    """Whether an understood item is the expected one: by its treatments, or by its words."""
    names = (expected.name, *expected.concepts_any)
    concepts = {treatment.concept for name in names for treatment in normaliser.treatments(name)}
    concepts.update(name.casefold() for name in names)
    if any(treatment.concept in concepts for treatment in item.treatments):
        return True
    words = _words(item.text)
    return len(words) <= _PHRASE_WORDS and any(_words(name) <= words for name in names)


def _words(text: str) -> set[str]:
    return {word.removesuffix("s") for word in _WORD.findall(text.casefold()) if word not in _SMALL}


def _side(expected: str, item: RequestedItem) -> bool:
    both = set(item.laterality) >= {"left", "right"}
    return expected in item.laterality or (expected == "bilateral" and both)


def _same_number(expected: str, understood: str | None) -> bool:
    """Whether a count says the expected number: '12 visits' is '2x6' too."""
    wanted = {float(number) for number in _numbers(expected)}
    read_numbers = [float(number) for number in _numbers(understood or "")]
    product = 1.0
    for number in read_numbers[:2]:
        product *= number
    return bool(wanted & {*read_numbers, product})


def _numbers(text: str) -> Iterator[str]:
    spelled = " ".join(_COUNTS.get(word, word) for word in re.findall(r"[a-z]+|[^a-z]+", text.casefold()))
    return iter(_NUMBER.findall(spelled))


def _folded(text: str | None) -> str:
    return re.sub(r"[\s-]", "", (text or "").casefold())


def table(readings: Sequence[Reading]) -> str:
    """Return the figures for all requests and by form, a line each."""
    forms = dict.fromkeys(reading.request.form for reading in readings)
    rows = [("all", readings), *((form, [one for one in readings if one.request.form == form]) for form in forms)]
    names = list(measures(readings))
    lines = [f"{'':<16}{'requests':>9}" + "".join(f"{name:>16}" for name in names)]
    for form, chosen in rows:
        shares = measures(chosen).values()
        cells = "".join(f"{share.rate:>9.3f} {share.right:>3}/{share.n:<2}" for share in shares)
        lines.append(f"{form:<16}{len(chosen):>9}{cells}")
    return "\n".join(lines)


def main(arguments: Sequence[str]) -> int:
    """Score the understanding of requests."""
    parser = argparse.ArgumentParser(prog="python -m eval.requests.score", description=main.__doc__)
    parser.add_argument("file", type=Path, nargs="?", default=REQUESTS, help="requests with what they ask for")
    parser.add_argument("--half", choices=("odd", "even", "both"), default="both", help="by the id's last digit")
    parser.add_argument("--misses", action="store_true", help="list what was missed and what was too much")
    asked = parser.parse_args(arguments)
    try:
        requests = load_requests(asked.file, asked.half)
        most = load_settings().search.max_items
    except Fault as error:
        sys.stderr.write(f"Error: {error}\n")
        return 1
    readings = [read(request, default_normaliser(), most) for request in requests]
    sys.stdout.write(table(readings) + "\n")
    if asked.misses:
        sys.stdout.writelines(_missed(readings))
    return 0


def _missed(readings: Sequence[Reading]) -> Iterator[str]:
    for reading in readings:
        missed = [pair.expected.name for pair in reading.pairs if not pair.understood]
        extra = [item.text for item in reading.extra]
        if missed or extra:
            yield f"{reading.request.id} missed {missed}\n     extra {extra}\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
