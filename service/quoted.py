"""What a request puts in double quotes: phrases that a decision must hold word for word."""

import re

from indexer.wording import words_of

# Longer texts are pasted documents: what they quote is what somebody said, and no condition.
MOST_WORDS = 45
# A quote opens after white space or a bracket and closes before white space or punctuation; 18" x 24" has none.
_QUOTED = re.compile(r'(?:(?<=[\s(\[])|^)["\u201c]([^"\u201c\u201d]+)["\u201d](?=[\s)\].,;:?!]|$)')


def quoted_phrases(text: str) -> tuple[str, ...]:
    """Return the phrases in double quotes, straight or curly, of a short request; none of a longer text's."""
    if len(text.split()) > MOST_WORDS:
        return ()
    phrases = (" ".join(found.split()) for found in _QUOTED.findall(text))
    return tuple(dict.fromkeys(phrase for phrase in phrases if words_of(phrase)))


def unquoted(text: str) -> str:
    """Return a request without the quotes around its phrases."""
    return _QUOTED.sub(r"\1", text) if quoted_phrases(text) else text
