"""The words of a text, and which of them say something."""

import functools
import re
import tomllib

from config.resources import VOCABULARY_DIR
from indexer.records import Record

_FILE = "wording.toml"
# As the lexical index breaks words (indexer/store/words_queries.py).
_WORD = re.compile(r"[^\W_]+")


class Wording(Record, frozen=True):
    """Words that say little (`stop`), turn a sentence round, or stand for a number, a date or a side."""

    stop: frozenset[str]
    negations: frozenset[str]
    exchangeable: frozenset[str]


@functools.cache
def load_wording() -> Wording:
    """Return the packaged lists of words."""
    data = tomllib.loads((VOCABULARY_DIR / _FILE).read_text(encoding="utf-8"))
    return Wording(**{name: frozenset(words) for name, words in data.items()})


def words_of(text: str) -> list[str]:
    """Return the words of a text in order, lower-cased, without punctuation."""
    return [word.lower() for word in _WORD.findall(text)]


def is_telling(word: str) -> bool:
    """Whether a word says something by itself: no function word, no negation and no single letter."""
    wording = load_wording()
    return len(word) > 1 and word not in wording.stop and word not in wording.negations
