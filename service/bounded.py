"""A request is read within bounds: what no person wrote may not take the time of what one did.

200,000 characters of records, with all that doctors put into them, hold some 32,000 words, 3,300 sentences, 2,200 lines
and 2,700 names of treatments, and are read in under a second. Texts made to be slow hold ten times as many.
"""

import re

from service.names import Names

# Lines, sentences and treatments that are read of a text, half from its beginning and half from its end.
_MOST = 16_000
# A treatment takes as long as so many of the others.
_TREATMENT = 3
# Letters without a blank: no word is as long, and splitters go through each several times.
_ENDLESS = re.compile(r"\S{200}(?=\S)")
# Columns stand apart by some blanks; more say nothing more.
_MOST_BLANKS = 16
_BLANKS = re.compile(r"[^\S\n]{17,}")
_END = re.compile(r"\n|[.?!;:]\s")


def within_bounds(text: str, names: Names) -> str:
    """Return a text without endless words and blanks; of one that is denser than any record its beginning and end."""
    text = _ENDLESS.sub(r"\g<0> ", _BLANKS.sub(" " * _MOST_BLANKS, text))
    ends = [end.end() for end in _END.finditer(text)]
    units = sorted(ends + [one.end for one in names.treatment_mentions(text) for _ in range(_TREATMENT)])
    if len(units) <= _MOST:
        return text
    half = _MOST // 2
    return f"{text[: units[half]]}\n\n{text[units[-half] :]}"
