"""What the lexical index holds of an item, and what tantivy says when its files are damaged."""

from collections.abc import Iterator
from contextlib import contextmanager

import tantivy

from config.errors import IndexFault

SLOT = "slot"
BODY = "body"
STEMS = "stems"
_DAMAGED = "the words of the index are damaged"


def words_schema() -> tantivy.Schema:
    """Return the schema: an integer slot (an unsigned one makes tantivy 0.27 panic) and the body of words."""
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field(SLOT, stored=False, indexed=True, fast=True)
    builder.add_text_field(BODY, stored=False, tokenizer_name="default", index_option="position")
    builder.add_text_field(STEMS, stored=False, tokenizer_name="en_stem", index_option="freq")
    return builder.build()


@contextmanager
def damage_told() -> Iterator[None]:
    """Turn what tantivy makes of damaged files into a fault: errors, or panics."""
    try:
        with panics_told():
            yield
    except (LookupError, ValueError) as error:
        raise IndexFault(f"{_DAMAGED}: {error}") from None


@contextmanager
def panics_told() -> Iterator[None]:
    """Turn a panic of tantivy's, which is no `Exception`, into a fault: it meets files that it could not have made."""
    try:
        yield
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # pyo3 does not export the type
            raise
        raise IndexFault(f"{_DAMAGED}: {error}") from None
