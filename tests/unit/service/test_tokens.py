"""Token counts are tiktoken's own, and nothing is fetched for them or left behind."""

import os
import socket
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import tiktoken
from hypothesis import given
from hypothesis import strategies as st

from config.errors import RequestFault, SettingsFault
from service import tokens
from service.tokens import ENCODINGS, count_tokens, tokenizer


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Neither this module nor tiktoken has read a vocabulary; the list names what is asked of the network."""
    monkeypatch.setattr(tokens, "_loaded", {})
    monkeypatch.setattr(tiktoken.registry, "ENCODINGS", {})
    asked: list[str] = []

    def refuse(*arguments: Any, **_: Any) -> None:
        asked.append(repr(arguments))
        raise OSError("no network in tests")

    for name in ("getaddrinfo", "create_connection"):
        monkeypatch.setattr(socket, name, refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    yield asked
    assert asked == []


@given(st.text(), st.sampled_from(ENCODINGS))
def test_counts_are_tiktokens_own(text: str, encoding: str) -> None:
    tokenizer(encoding)
    assert count_tokens(text, encoding) == len(tiktoken.get_encoding(encoding).encode_ordinary(text))


@pytest.mark.parametrize(("encoding", "count"), [("cl100k_base", 8), ("o200k_base", 8)])
def test_a_known_count(encoding: str, count: int) -> None:
    assert count_tokens("hello world, how are you doing?", encoding) == count
    assert count_tokens("", encoding) == 0


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_special_tokens_in_a_text_are_text(encoding: str) -> None:
    assert count_tokens("a <|endoftext|> b", encoding) > count_tokens("a  b", encoding) + 1


@pytest.mark.parametrize("name", ["p50k_base", "gpt2", "", "O200K_BASE", "../o200k_base"])
def test_an_encoding_that_is_not_at_hand_is_refused_by_name(name: str, fresh: list[str]) -> None:
    with pytest.raises(RequestFault, match=f"unknown encoding '{name}': one of cl100k_base, o200k_base"):
        count_tokens("x", name)
    assert fresh == []


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_vocabulary_is_read_from_a_private_folder_that_goes_away(
    encoding: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TIKTOKEN_CACHE_DIR", "/nowhere")
    read: list[tuple[int, list[str]]] = []
    load = tiktoken.get_encoding

    def watched(name: str) -> tiktoken.Encoding:
        folder = Path(os.environ["TIKTOKEN_CACHE_DIR"])
        read.append((folder.stat().st_mode & 0o077, [path.parent.parent.name for path in folder.iterdir()]))
        return load(name)

    monkeypatch.setattr(tiktoken, "get_encoding", watched)
    assert count_tokens("one two", encoding) == 2
    assert count_tokens("one two", encoding) == 2
    assert read == [(0, [tmp_path.name])]
    assert list(tmp_path.iterdir()) == []
    assert os.environ["TIKTOKEN_CACHE_DIR"] == "/nowhere"


@pytest.mark.usefixtures("fresh")
def test_threads_may_ask_at_once() -> None:
    with ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(count_tokens, ["one two"] * 16, [*ENCODINGS] * 8))
    assert counts == [2] * 16


@pytest.mark.usefixtures("fresh")
def test_no_room_to_unpack_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "absent"))
    with pytest.raises(SettingsFault, match="o200k_base cannot be unpacked"):
        count_tokens("x", "o200k_base")


@pytest.mark.usefixtures("fresh")
def test_a_missing_package_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokens, "_PACKAGE", "no_such_package_here")
    with pytest.raises(SettingsFault, match="no_such_package_here, which holds the token vocabularies"):
        count_tokens("x", "o200k_base")
