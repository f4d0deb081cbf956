"""How a quote stands in the context of an evidence pack."""

import re

_FENCE = "~~~"
# What stands between two blocks.
BETWEEN = "\n\n"


def block(marker: int, header: str, quote: str) -> str:
    """Write a quote for the context: its marker and citation, then the quote between fences longer than any inside it.

    A letter may hold '[69]'; only a bracket that opens an unfenced line is a marker.
    """
    runs = (len(run) for run in re.findall(r"~+", quote))
    fence = _FENCE + "~" * max(0, max(runs, default=0) - len(_FENCE) + 1)
    return f"[{marker}] {header}\n{fence}\n{quote}\n{fence}"
