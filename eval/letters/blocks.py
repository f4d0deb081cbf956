"""The pieces of a letter before they are typeset: blocks of bold and plain runs."""

from typing import Literal

import msgspec

Kind = Literal[
    "title",  # centred lines at the head of a letter
    "header_row",  # label and value, or label, value, label, value
    "heading",  # a centred section heading
    "label",  # a bold line of its own, its text below it
    "paragraph",
    "line",  # follows what stands before it without a blank line
    "item_heading",
    "label_paragraph",  # a paragraph that opens with a bold label
    "page_break",
]


class Run(msgspec.Struct, frozen=True):
    """Text of one weight. Runs of one block join without a space of their own."""

    text: str
    bold: bool = False


class Block(msgspec.Struct, frozen=True):
    """One paragraph, heading or row of a letter."""

    kind: Kind
    runs: tuple[Run, ...] = ()

    @property
    def text(self) -> str:
        """The block's runs joined; the fields of a header row with a space between them."""
        gap = " " if self.kind == "header_row" else ""
        return gap.join(run.text for run in self.runs if run.text)


def plain(text: str, kind: Kind = "paragraph") -> Block:
    """Return a block of one plain run."""
    return Block(kind, (Run(text),))


def bold(text: str, kind: Kind) -> Block:
    """Return a block of one bold run."""
    return Block(kind, (Run(text, bold=True),))


def labelled(label: str, text: str, kind: Kind = "label_paragraph") -> Block:
    """Return a block that opens with a bold label."""
    return Block(kind, (Run(label, bold=True), Run(f" {text}")))


def header_row(*fields: str) -> Block:
    """Return a row of the header block; labels and values take turns."""
    return Block("header_row", tuple(Run(text, bold=i % 2 == 0) for i, text in enumerate(fields)))


def paragraphs(text: str) -> tuple[str, ...]:
    """Split a sample's prose at its blank lines and fold the white space of each paragraph."""
    folded = (" ".join(part.split()) for part in text.split("\n\n"))
    return tuple(part for part in folded if part)


def prose(text: str, first: str | None = None) -> tuple[Block, ...]:
    """Return a block for each paragraph of a text, the first behind a bold label where one is given."""
    head, *rest = paragraphs(text)
    opening = plain(head) if first is None else labelled(first, head)
    return (opening, *(plain(part) for part in rest))


def stand_close(above: Block, below: Block) -> bool:
    """Say whether two neighbours stand without a blank line between them."""
    pair = (above.kind, below.kind)
    return (
        below.kind == "line"
        or above.kind in {"heading", "label", "page_break"}
        or below.kind == "page_break"
        or pair in {("title", "title"), ("header_row", "header_row")}
    )
