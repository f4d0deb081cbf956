"""English words as published BM25 baselines take them: lower case, no stop words, Snowball stems.

Lucene's English analyser, by which BEIR's BM25 figures were made, drops stop words and stems; plain words score
lower than published on such sets. The index's own words stay plain: names of drugs and codes do not inflect.
"""

import functools

import tantivy

# Longer words are dropped by the lexical index as well (`indexer.store.words`).
_TOO_LONG = 40


def english_words(text: str) -> str:
    """Return the stems of a text's words, between spaces, in their order."""
    return " ".join(_analyser().analyze(text))


@functools.cache
def _analyser() -> tantivy.TextAnalyzer:
    filters = tantivy.Filter
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(filters.remove_long(_TOO_LONG))
    return (
        builder.filter(filters.lowercase())
        .filter(filters.stopword("english"))
        .filter(filters.stemmer("english"))
        .build()
    )
