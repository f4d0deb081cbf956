"""Whether a quoted string is made of pieces that stand in several places."""

from collections.abc import Sequence
from itertools import pairwise

from service.check.quotation import first
from service.check.records import Place
from service.check.sources import Source

# Fewer words than these stand anywhere and prove nothing.
_LEAST_WORDS = 3
_MOST_PIECES = 8
_MOST_WORDS = 600
# Pieces of one text, in order and this close, are a text with words left out, not two places.
_CLOSE = 60


def stitched(pieces: Sequence[str], sources: Sequence[Source]) -> tuple[Place, ...]:
    """Return the places of the pieces that a string is made of; none where some words stand nowhere.

    Each piece is cut again where it runs on from one place to another: the longest beginning that stands somewhere,
    then the longest of the rest.
    """
    places: list[Place] = []
    for piece in pieces:
        words = piece.split(" ")
        if len(words) > _MOST_WORDS:
            return ()
        while words:
            count, place = _longest(words, sources)
            if place is None or len(places) == _MOST_PIECES:
                return ()
            places.append(place)
            words = words[count:]
    return tuple(places) if _apart(places) else ()


def _longest(words: list[str], sources: Sequence[Source]) -> tuple[int, Place | None]:
    """Return the most words from the beginning that stand somewhere, and where."""
    low, high = min(_LEAST_WORDS, len(words)), len(words)
    best = _stands(words[:low], sources)
    if best is None:
        return 0, None
    while low < high:
        middle = (low + high + 1) // 2
        found = _stands(words[:middle], sources)
        if found is None:
            high = middle - 1
        else:
            low, best = middle, found
    return low, best


def _stands(words: list[str], sources: Sequence[Source]) -> Place | None:
    piece = " ".join(words).strip(" .,;:")
    if not piece:
        return None
    for source in sources:
        start = first(piece, source.folded)
        if start >= 0:
            return source.place(start, start + len(piece))
    return None


def _apart(places: Sequence[Place]) -> bool:
    return any(
        one.determination_id != other.determination_id or not 0 <= other.start - one.end <= _CLOSE
        for one, other in pairwise(places)
    )
