"""Reading the packaged sample letters."""

import tomllib
from pathlib import Path

import msgspec

from eval.letters.records import SampleLetter

SAMPLES = Path(__file__).parent / "samples"


def load_samples(folder: Path = SAMPLES) -> tuple[SampleLetter, ...]:
    """Read every `*.toml` file of a folder.

    Args:
        folder: where the files lie; the packaged samples unless told otherwise.

    Returns:
        The letters, sorted by case.

    Raises:
        ValueError: a file is no sample letter; the message names the file and the field.
    """
    letters = [_load(path) for path in sorted(folder.glob("*.toml"))]
    return tuple(sorted(letters, key=lambda letter: letter.case))


def _load(path: Path) -> SampleLetter:
    try:
        letter = msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), SampleLetter)
        _check(letter, path.stem)
    except ValueError as error:
        # TOML, UTF-8 and msgspec errors are all ValueErrors; none of them knows the file's name.
        raise ValueError(f"{path.name}: {error}") from error
    return letter


def _check(letter: SampleLetter, stem: str) -> None:
    """Hold a letter to what the types cannot say."""
    if letter.case != stem:
        raise ValueError(f"case is {letter.case!r}, which is not the file's name")
    if not letter.items:
        raise ValueError("items is empty")
    if not letter.reviewer.licensure or not letter.reviewer.specialties:
        raise ValueError("reviewer has no licensure or no specialties")
    for number, item in enumerate(letter.items, start=1):
        if item.request is not None and not item.title.endswith(item.request):
            raise ValueError(f"items[{number}].title does not end with its request")
        if item.depends_on is not None and (item.depends_on == number or not 1 <= item.depends_on <= len(letter.items)):
            raise ValueError(f"items[{number}].depends_on is no other item of the letter")
