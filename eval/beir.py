"""A BEIR corpus, indexed on the fly for the systems that need no determinations.

One body a document, title + ' ' + text: one vector, cut at the model's limit, as published results are made;
and one entry in a lexical index of the embedded index's parameters, its words taken as published ones are.
"""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from eval.datasets import CorpusText, Query
from indexer.passages import Counter, passages_of
from indexer.records import Dates, Determination, DisputedItem, Patient, Reviewer, Source, Span
from indexer.store.words import WORDS, Words
from indexer.store.words_writing import write_words


def bodies(corpus: Sequence[CorpusText]) -> list[tuple[str, str]]:
    """Return (corpus id, title and text as one) in order of id."""
    return sorted((text.id, f"{text.title} {text.text}".strip()) for text in corpus)


def windowed(corpus: Sequence[CorpusText], count: Counter, limit: int, overlap: int) -> Iterator[tuple[str, str]]:
    """Yield (corpus id, passage) as a rationale is cut under its request, so nothing of a document is cut off.

    Args:
        corpus: the documents; one without a text is a single passage, its title.
        count: counts word pieces as the model does.
        limit: pieces a passage may hold, its title included.
        overlap: sentences repeated from the passage before.
    """
    for text in corpus:
        passages = passages_of(_as_letter(text), count, limit, overlap)
        yield from ((text.id, passage.embedded) for passage in passages)
        if not passages:
            yield text.id, text.title


class BeirBm25:
    """BM25 over a corpus, its words stemmed and without stop words."""

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
        hits = self._words.search(query.text, limit + len(excluded), stemmed=True)
        pairs = [(self._ids[hit.slot], hit.score) for hit in hits]
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


def _as_letter(text: CorpusText) -> Determination:
    """Return a document as a letter of one item, which is what passages are cut from."""
    rationale = Span(text=text.text, start=0, end=len(text.text))
    item = DisputedItem(
        number=1,
        heading=Span(text="", start=0, end=0),
        title=text.title,
        request=text.title,
        outcome="upheld",
        claims_administrator_guideline=None,
        imr_guideline=None,
        rationale=rationale,
    )
    return Determination(
        id=text.id,
        case_number=None,
        layout="",
        reader_version="",
        text_sha256=hashlib.sha256(text.text.encode()).hexdigest(),
        source=Source(name=text.id, sha256="", pages=None),
        dates=Dates(),
        priority=None,
        reviewer=Reviewer(),
        patient=Patient(),
        summary=None,
        outcome=None,
        stated_outcome=None,
        items=(item,),
        warnings=(),
        page_starts=(),
        furniture=(),
        text=text.text,
    )
