"""A BEIR corpus, indexed on the fly for the systems that need no determinations.

One body a document, title + ' ' + text: one vector, cut at the model's limit, as published results are made;
and one entry in a lexical index of the same tokenizer and parameters as the embedded index.
"""

from collections.abc import Sequence
from pathlib import Path

from eval.datasets import CorpusText, Query
from indexer.store.words import WORDS, Words, write_words


def bodies(corpus: Sequence[CorpusText]) -> list[tuple[str, str]]:
    """Return (corpus id, title and text as one) in order of id."""
    return sorted((text.id, f"{text.title} {text.text}".strip()) for text in corpus)


class BeirBm25:
    """BM25 over a corpus."""

    name = "bm25"

    def __init__(self, corpus: Sequence[CorpusText], folder: Path) -> None:
        """Index a corpus in an empty folder, which must outlive the system."""
        texts = bodies(corpus)
        self._ids = [corpus_id for corpus_id, _ in texts]
        self._exclude = Itself(corpus)
        write_words(folder / WORDS, ((row, (text,)) for row, (_, text) in enumerate(texts)))
        self._words = Words(folder / WORDS)

    def rank(self, query: Query, limit: int) -> list[tuple[str, float]]:
        """Rank the documents that share words with the query."""
        excluded = self._exclude(query)
        hits = self._words.search(query.text, limit + len(excluded))
        pairs = [(self._ids[hit.item], hit.score) for hit in hits]
        return [pair for pair in pairs if pair[0] not in excluded][:limit]


class Itself:
    """Names the document that is the query itself.

    In some BEIR sets (ArguAna, Quora) the queries are documents of the corpus, with the same id; BEIR's own
    harness leaves such a document out. Here the text must be the same too, so that numbered ids cannot
    collide by chance.
    """

    def __init__(self, corpus: Sequence[CorpusText]) -> None:
        """Look queries up in a corpus."""
        self._texts = {text.id: text for text in corpus}

    def __call__(self, query: Query) -> frozenset[str]:
        """Return the id of the document that is the query, if there is one."""
        found = self._texts.get(query.id)
        if found is None:
            return frozenset()
        same = {_fold(found.text), _fold(f"{found.title} {found.text}")}
        return frozenset([query.id]) if _fold(query.text) in same else frozenset()


def _fold(text: str) -> str:
    return " ".join(text.split())
