"""A text's words as queries of the lexical index."""

import functools
import re
from collections import Counter
from collections.abc import Sequence

import tantivy

from indexer.store.words_schema import BODY, SLOT
from indexer.wording import is_telling

# tantivy's default tokenizer breaks words at underscores, lower-cases each and drops those of 40 bytes and more.
_WORD = re.compile(r"[^\W_]+")
_LONGEST = 39


def words_of(text: str) -> list[str]:
    """Return the words of a text as they are indexed; those too long to be are left out."""
    return [word.lower() for word in _WORD.findall(text) if len(word.encode()) <= _LONGEST]


def stems_of(words: Sequence[str]) -> list[str]:
    """Return the stems of the words that say something, or of all where none does."""
    telling = [word for word in words if is_telling(word)] or words
    return [stem for word in telling for stem in _stemmer().analyze(word)]


def asked_terms(text: str, *, stemmed: bool) -> list[str]:
    """Return what a text asks for in order, repeated where it is: its words, or the stems of its telling ones."""
    words = words_of(text)
    return stems_of(words) if stemmed else words


def phrase_words(phrases: Sequence[str]) -> list[list[str]] | None:
    """Return the words of each phrase; None where one has none, or one too long to be indexed, so that nothing fits."""
    split = [[word.lower() for word in _WORD.findall(phrase)] for phrase in phrases]
    if any(not words or any(len(word.encode()) > _LONGEST for word in words) for words in split):
        return None
    return split


def indexed_terms(text: str, *, stemmed: bool) -> list[str]:
    """Return the terms of a title or a rationale in order, as the lexical index breaks it."""
    found: list[str] = (_indexed_stems() if stemmed else _indexed_words()).analyze(text)
    return found


def any_of(schema: tantivy.Schema, field: str, words: Sequence[str]) -> tantivy.Query:
    """Ask for what holds any of some words, each weighed by how often it is named."""
    return tantivy.Query.boolean_query(
        [
            (
                tantivy.Occur.Should,
                tantivy.Query.boost_query(tantivy.Query.term_query(schema, field, word), float(times)),
            )
            for word, times in Counter(words).items()
        ]
    )


def within(query: tantivy.Query, schema: tantivy.Schema, slots: list[int]) -> tantivy.Query:
    """Narrow a query to some slots, its scores unchanged."""
    must = tantivy.Occur.Must
    allowed = tantivy.Query.term_set_query(schema, SLOT, slots)
    return tantivy.Query.boolean_query([(must, query), (must, tantivy.Query.const_score_query(allowed, 0.0))])


def phrases_query(schema: tantivy.Schema, phrases: Sequence[str]) -> tantivy.Query | None:
    """Ask for what holds every phrase; None where one has no words, or one too long to be indexed."""
    split = phrase_words(phrases)
    if split is None:
        return None
    return tantivy.Query.boolean_query([(tantivy.Occur.Must, _phrase(schema, words)) for words in split])


def _phrase(schema: tantivy.Schema, words: list[str]) -> tantivy.Query:
    if len(words) == 1:  # tantivy panics at a phrase of one word
        return tantivy.Query.term_query(schema, BODY, words[0])
    return tantivy.Query.phrase_query(schema, BODY, list(words))


@functools.cache
def _stemmer() -> tantivy.TextAnalyzer:
    """Return what tantivy's own 'en_stem' does to a text."""
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    return builder.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.stemmer("english")).build()


@functools.cache
def _indexed_stems() -> tantivy.TextAnalyzer:
    """Return what tantivy's own 'en_stem' does to what is indexed."""
    return _breaking().filter(tantivy.Filter.stemmer("english")).build()


@functools.cache
def _indexed_words() -> tantivy.TextAnalyzer:
    """Return what tantivy's own 'default' does to what is indexed."""
    return _breaking().build()


def _breaking() -> tantivy.TextAnalyzerBuilder:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    return builder.filter(tantivy.Filter.remove_long(_LONGEST + 1)).filter(tantivy.Filter.lowercase())
