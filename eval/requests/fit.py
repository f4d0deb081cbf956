"""Fit what the signs of config/vocabulary/request_signs.toml weigh, to requests with what they ask for.

`python -m eval.requests.fit [FILE ...]` prints the file's last part: the threshold and the weights. A logistic
regression with a ridge; of several mentions of one treatment the weightiest counts, found anew in each round. The cues
were written from the odd half, where they look surer than they are: there what they say is hidden.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from config.errors import Fault
from eval.requests.score import REQUESTS, Request, load_requests
from indexer.parse.normalise import Normaliser, default_normaliser
from service.asked import cued_phrases, treatments_named
from service.names import Names
from service.roles import load_signs
from service.sections import blocks
from service.understand import is_weighed

_RIDGE = 2.0
# Missing an item costs a reader more than one too many: the threshold lies a little lower than the fitted.
_LENIENT = 0.2
_CUES = ("cue: ", "chosen by cues", "chosen: ", "outranked: ", "asked somewhere", "beside a cue", "cues chose none")
_ROUNDS = 6
_STEPS = 25
# A sign must be seen in so many treatments.
_LEAST_SEEN = 6

Array = npt.NDArray[np.float64]


class Example(NamedTuple):
    """A treatment that a request names: the signs of each of its mentions, and whether it is asked for."""

    request: str
    concepts: frozenset[str]
    signs: tuple[frozenset[str], ...]
    asked: bool


class Fitted(NamedTuple):
    """What each sign weighs, and what a sum must exceed."""

    weights: dict[str, float]
    threshold: float


def examples(requests: Sequence[Request], normaliser: Normaliser) -> list[Example]:
    """Return every treatment named in those requests that are weighed mention by mention."""
    found = []
    for request in requests:
        names = Names(normaliser)
        laid_out = blocks(request.text)
        if not is_weighed(request.text, laid_out, names):
            continue
        expected = {
            treatment.concept
            for item in request.items
            for name in (item.name, *item.concepts_any)
            for treatment in normaliser.treatments(name)
        }
        cued = cued_phrases(request.text, laid_out, names)
        for group in treatments_named(request.text, laid_out, names, cued):
            concepts = frozenset(concept for mention in group.mentions for concept in mention.concepts)
            signs = tuple(mention.signs for mention in group.mentions)
            found.append(Example(request.id, concepts, signs, bool(concepts & expected)))
    return found


def fit(found: Sequence[Example], ridge: float = _RIDGE) -> Fitted:
    """Fit weights to examples: alternately the weights, and which mention of each treatment counts."""
    seen: dict[str, int] = {}
    for example in found:
        for sign in frozenset().union(*example.signs):
            seen[sign] = seen.get(sign, 0) + 1
    known = sorted(sign for sign, count in seen.items() if count >= _LEAST_SEEN and sign not in load_signs().given)
    place = {sign: number for number, sign in enumerate(known)}
    rows = [np.array([_row(signs, place) for signs in example.signs]) for example in found]
    asked = np.array([example.asked for example in found], dtype=np.float64)
    chosen = np.array([mentions.mean(axis=0) for mentions in rows])
    weights = np.zeros(len(known) + 1)
    for _ in range(_ROUNDS):
        weights = _regress(chosen, asked, ridge)
        chosen = np.array([mentions[int(np.argmax(mentions @ weights))] for mentions in rows])
    return Fitted(
        {sign: round(float(weights[at]), 2) for sign, at in place.items()}, round(-float(weights[-1]) - _LENIENT, 2)
    )


def without_cues(example: Example) -> Example:
    """Return an example without the signs that the cues give."""
    hidden = tuple(frozenset(sign for sign in signs if not sign.startswith(_CUES)) for signs in example.signs)
    return example._replace(signs=hidden)


def _row(signs: frozenset[str], place: dict[str, int]) -> Array:
    row = np.zeros(len(place) + 1)
    row[[place[sign] for sign in signs if sign in place]] = 1.0
    row[-1] = 1.0
    return row


def _regress(rows: Array, asked: Array, ridge: float) -> Array:
    """Return the weights of a logistic regression by Newton's steps; the last, the constant, bears no ridge."""
    weights = np.zeros(rows.shape[1])
    penalty = np.full(rows.shape[1], ridge)
    penalty[-1] = 1e-3
    for _ in range(_STEPS):
        chance = 1.0 / (1.0 + np.exp(-(rows @ weights)))
        slope = rows.T @ (asked - chance) - penalty * weights
        curve = (rows * (chance * (1.0 - chance))[:, None]).T @ rows + np.diag(penalty)
        weights = weights + np.linalg.solve(curve, slope)
    return weights


def main(arguments: Sequence[str]) -> int:
    """Print weights fitted to requests."""
    parser = argparse.ArgumentParser(prog="python -m eval.requests.fit", description=main.__doc__)
    parser.add_argument("files", type=Path, nargs="*", default=[REQUESTS], help="requests with what they ask for")
    asked = parser.parse_args(arguments)
    try:
        odd = [request for file in asked.files for request in load_requests(file, "odd")]
        even = [request for file in asked.files for request in load_requests(file, "even")]
    except Fault as error:
        sys.stderr.write(f"Error: {error}\n")
        return 1
    normaliser = default_normaliser()
    fitted = fit([*map(without_cues, examples(odd, normaliser)), *examples(even, normaliser)])
    sys.stdout.write(f"threshold = {fitted.threshold}\n\n[weights]\n")
    sys.stdout.writelines(f'"{sign}" = {weight}\n' for sign, weight in fitted.weights.items())
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
