"""The maintained list of reasons: whole, of one voice, and the same as the codebook that letters are marked by."""

import re
from pathlib import Path

import pytest

from indexer.embed import Fingerprint, HashingEmbedder
from indexer.reasonlist import Code, nearness_for, reason_codes, reason_labels, reasons_version
from indexer.reasons import NO_REASONING

CODES = reason_codes()
CODEBOOK = Path(__file__).parents[3] / "eval" / "marks" / "CODEBOOK.md"


def test_the_codes_are_those_of_the_codebook() -> None:
    marked = re.findall(r"^- (\w+): ", CODEBOOK.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(marked) == 20
    assert [code.name for code in CODES] == [*marked, NO_REASONING]


def test_every_code_says_what_it_is() -> None:
    assert len(set(reason_labels().values())) == len(CODES)
    for code in CODES:
        assert code.label
        assert code.definition
        assert code.direction in {"against", "for", "either"}


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.name)
def test_a_code_has_patterns_and_prototypes(code: Code) -> None:
    if code.name == NO_REASONING:
        assert code.patterns is None
        assert code.prototypes == ()
    else:
        assert code.patterns is not None
        assert 3 <= len(code.prototypes) <= 10
        assert not code.patterns.search("")


def test_only_models_with_a_cosine_of_their_own_are_compared() -> None:
    known = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
    model = Fingerprint(name="all-MiniLM-L6-v2", dimension=384, max_pieces=254, weights_sha256=known)
    needed = nearness_for(model)
    assert needed
    assert 0.4 < needed.cosine < 1
    assert 0 < needed.margin < 0.5
    assert nearness_for(Fingerprint(name="all-MiniLM-L6-v2", dimension=384, max_pieces=254, weights_sha256="0")) is None
    assert nearness_for(HashingEmbedder().fingerprint) is None


def test_the_version_tells_the_lists_apart() -> None:
    assert re.fullmatch(r"\d+-[0-9a-f]{8}", reasons_version())
