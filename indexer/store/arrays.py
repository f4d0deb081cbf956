"""The arrays of a segment in one file, mapped into memory when read, so that processes share them.

The file is a safetensors file: eight bytes with the length of a JSON header that says where each array lies, the
header, the arrays. The library writes it; it would copy what it reads, so reading is done here.
"""

import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import msgspec
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

_LENGTH = struct.Struct("<Q")
_DTYPES = {
    "BOOL": np.bool_,
    "U8": np.uint8,
    "I16": np.int16,
    "I32": np.int32,
    "I64": np.int64,
    "U32": np.uint32,
    "U64": np.uint64,
}
# The format knows no byte strings: these arrays are written as rows of bytes.
_BYTES = "byte_strings"


_Count = Annotated[int, msgspec.Meta(ge=0)]


class _Place(msgspec.Struct, frozen=True):
    dtype: str
    shape: tuple[_Count, ...]
    data_offsets: tuple[_Count, _Count]


def write_arrays(path: Path, arrays: Mapping[str, Array]) -> None:
    """Write arrays of numbers or of byte strings into one file.

    Raises:
        OSError: the disk refuses.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import save_file

    strings = [name for name, array in arrays.items() if array.dtype.kind == "S"]
    plain = {
        name: array.view(np.uint8).reshape(len(array), array.dtype.itemsize) if name in strings else array
        for name, array in arrays.items()
    }
    try:
        save_file({name: np.ascontiguousarray(one) for name, one in plain.items()}, path, {_BYTES: ",".join(strings)})
    except SafetensorError as error:
        raise OSError(f"{path.name} could not be written: {error}") from error


class Arrays:
    """The arrays of a file, not to be written to."""

    def __init__(self, path: Path) -> None:
        """Map a file that `write_arrays` wrote.

        Raises:
            OSError: it cannot be read.
            ValueError: it is damaged.
        """
        # A plain view: numpy's own class of mapped arrays takes a microsecond for each element asked for.
        self._bytes = np.asarray(np.memmap(path, dtype=np.uint8, mode="r"))
        try:
            (length,) = _LENGTH.unpack(self._bytes[: _LENGTH.size].tobytes())
            header = msgspec.json.decode(
                self._bytes[_LENGTH.size : _LENGTH.size + length].tobytes(), type=dict[str, Any]
            )
            metadata = msgspec.convert(header.pop("__metadata__"), dict[str, str])
            strings = metadata[_BYTES].split(",")
            start = _LENGTH.size + length
            self._arrays = {
                name: self._mapped(msgspec.convert(place, _Place), start, strings=name in strings)
                for name, place in header.items()
            }
        except (struct.error, msgspec.MsgspecError, UnicodeDecodeError, LookupError) as error:
            raise ValueError(f"{path.name} holds no arrays: {error}") from None

    def __contains__(self, name: str) -> bool:
        """Whether there is an array of a name."""
        return name in self._arrays

    def __getitem__(self, name: str) -> Array:
        """Return an array.

        Raises:
            ValueError: there is none of the name.
        """
        try:
            return self._arrays[name]
        except KeyError:
            raise ValueError(f"there is no array {name}") from None

    def _mapped(self, place: _Place, start: int, *, strings: bool) -> Array:
        low, high = place.data_offsets
        found: Array = self._bytes[start + low : start + high].view(_DTYPES[place.dtype]).reshape(place.shape)
        return found.view(f"S{place.shape[1]}").reshape(-1) if strings else found
