"""How filters become conditions of a statement over a base's items."""

from collections.abc import Sequence
from typing import Any

from psycopg import sql

from indexer.filters import FACETS, Filters
from indexer.postgres.base import Base
from indexer.store.words_queries import indexed_terms, phrase_words


def condition(base: Base, filters: Filters) -> tuple[sql.Composable, list[Any]] | None:
    """Return the condition over {item} joined with {letter}, and its parameters; phrases are left out.

    Returns:
        None where nothing can pass.
    """
    parts: list[sql.Composable] = []
    parameters: list[Any] = []
    if filters.outcome:
        parts.append(sql.SQL("outcome = ANY(%s)"))
        parameters.append([value.casefold() for value in filters.outcome])
    for field in FACETS:
        wanted: tuple[str, ...] = getattr(filters, field)
        if wanted:
            parts.append(_by_value(base, field))
            parameters += [field, [value.casefold() for value in wanted]]
    if filters.decision_from:
        parts.append(sql.SQL("decided >= %s"))
        parameters.append(filters.decision_from)
    if filters.decision_to:
        parts.append(sql.SQL("decided <= %s"))
        parameters.append(filters.decision_to)
    if filters.exclude_cases:
        parts.append(sql.SQL("(case_folded IS NULL OR case_folded <> ALL(%s)) AND id_folded <> ALL(%s)"))
        parameters += [[case.strip().casefold() for case in filters.exclude_cases]] * 2
    if filters.phrases:
        words = phrase_words(filters.phrases)
        if words is None:
            return None
        parts.append(base.statement("item IN (SELECT item FROM {item_words} WHERE words @@ %s::tsquery OR overlong)"))
        parameters.append(" & ".join(f"({' <-> '.join(map(_quoted, phrase))})" for phrase in words))
    return (sql.SQL(" AND ").join(parts) if parts else sql.SQL("true")), parameters


def holding(texts: Sequence[str], phrases: Sequence[str]) -> bool:
    """Whether some texts hold every phrase: its words, one after the other, in one text."""
    lines = [f" {' '.join(indexed_terms(text, stemmed=False))} " for text in texts]
    words = phrase_words(phrases)
    return words is not None and all(any(f" {' '.join(phrase)} " in line for line in lines) for phrase in words)


def _by_value(base: Base, field: str) -> sql.Composable:
    # Words of a guideline's title will do: 'chronic pain' finds 'Chronic Pain Medical Treatment'.
    if field == "guideline":
        return base.statement(
            "item IN (SELECT item FROM {item_value} WHERE field = %s AND EXISTS "
            "(SELECT FROM unnest(%s::text[]) AS wanted WHERE strpos(value, wanted) > 0))"
        )
    return base.statement("item IN (SELECT item FROM {item_value} WHERE field = %s AND value = ANY(%s))")


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "''").replace("\\", "\\\\") + "'"
