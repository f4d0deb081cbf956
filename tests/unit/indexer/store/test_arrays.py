"""Arrays in one file: what is written is what is mapped, and a file that is no such file is refused."""

import json
import struct
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from indexer.store.arrays import Array, Arrays, write_arrays

DTYPES = (np.bool_, np.uint8, np.int16, np.int32, np.int64, np.uint32, np.uint64)
SHAPES = npst.array_shapes(min_dims=1, max_dims=2, min_side=0, max_side=5)
NUMBERS = st.sampled_from(DTYPES).flatmap(lambda dtype: npst.arrays(dtype, SHAPES))
# numpy takes NULs at the end of a byte string for padding.
STRINGS = st.lists(st.binary(max_size=9).map(lambda one: one.rstrip(b"\0"))).map(
    lambda found: np.asarray(found, dtype=f"S{max(map(len, found), default=0) or 1}")
)
NAMES = st.text("abcdefghij-_0", min_size=1, max_size=8)


@settings(max_examples=50)
@given(st.dictionaries(NAMES, NUMBERS | STRINGS, max_size=6))
def test_what_is_written_is_what_is_read(tmp_path_factory: pytest.TempPathFactory, given_: dict[str, Array]) -> None:
    path = tmp_path_factory.mktemp("arrays") / "arrays"
    write_arrays(path, given_)
    found = Arrays(path)
    for name, array in given_.items():
        assert name in found
        assert found[name].dtype == array.dtype
        assert found[name].shape == array.shape
        assert found[name].tolist() == array.tolist()
    assert "nosuch" not in found
    with pytest.raises(ValueError, match="no array nosuch"):
        _ = found["nosuch"]


def test_what_is_mapped_cannot_be_written_to(tmp_path: Path) -> None:
    write_arrays(tmp_path / "arrays", {"one": np.arange(3)})
    with pytest.raises(ValueError, match="read-only"):
        Arrays(tmp_path / "arrays")["one"][0] = 7


def test_a_slice_is_written_as_what_it_shows(tmp_path: Path) -> None:
    table = np.arange(12).reshape(3, 4)
    write_arrays(tmp_path / "arrays", {"column": table[:, 1], "turned": table.T})
    found = Arrays(tmp_path / "arrays")
    assert found["column"].tolist() == [1, 5, 9]
    assert found["turned"].tolist() == table.T.tolist()


def test_a_folder_that_is_not_there_is_a_refusal_of_the_disk(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="could not be written"):
        write_arrays(tmp_path / "none" / "arrays", {"one": np.arange(3)})
    with pytest.raises(OSError, match="No such file"):
        Arrays(tmp_path / "none")


def file_of(header: object, content: bytes = b"\0" * 16) -> bytes:
    """Return a file with a header."""
    written = json.dumps(header).encode()
    return struct.pack("<Q", len(written)) + written + content


META = {"__metadata__": {"byte_strings": ""}}


def one(dtype: object = "I32", shape: object = (2,), offsets: object = (0, 8)) -> dict[str, object]:
    """Return a header with one array."""
    return {**META, "one": {"dtype": dtype, "shape": shape, "data_offsets": offsets}}


DAMAGED = [
    b"",
    b"\1",
    b"\xff" * 8,
    b"\xff" * 64,
    struct.pack("<Q", 2) + b"{}",
    struct.pack("<Q", 9) + b"{}",
    file_of([]),
    file_of({"__metadata__": {}}),
    file_of({"__metadata__": "x"}),
    file_of({"__metadata__": {"byte_strings": 7}}),
    file_of({**META, "one": 3}),
    file_of(one(dtype="F9")),
    file_of(one(dtype=3)),
    file_of(one(shape=(3,))),
    file_of(one(shape=(2**70,))),
    file_of(one(shape=(-1,))),
    file_of(one(shape="ab")),
    file_of(one(offsets=(0, 400))),
    file_of(one(offsets=(8, 0))),
    file_of(one(offsets=(-400, 8))),
    file_of(one(offsets=(0, 2**70))),
    file_of({**one(dtype="U8", shape=(8,)), "__metadata__": {"byte_strings": "one"}}),
]


@pytest.mark.parametrize("content", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_header_is_one_kind_of_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "arrays").write_bytes(content)
    with pytest.raises(ValueError, match=r"\w"):
        Arrays(tmp_path / "arrays")


def test_the_header_of_these_tests_is_whole(tmp_path: Path) -> None:
    (tmp_path / "arrays").write_bytes(file_of(one()))
    assert Arrays(tmp_path / "arrays")["one"].tolist() == [0, 0]


@settings(max_examples=200)
@given(st.data())
def test_any_other_bytes_in_the_header_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("arrays") / "arrays"
    write_arrays(path, {"one": np.arange(3), "ids": np.asarray([b"a", b"bc"])})
    content = bytearray(path.read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=3)):
        content[place] = data.draw(st.integers(0, 255) | st.sampled_from(b'0123456789",:{}[]-'))
    path.write_bytes(content)
    with suppress(ValueError):
        Arrays(path)
