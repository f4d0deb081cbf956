"""Which edition of an MTUS chapter was in force when: config/mtus_editions.toml, which names its sources."""

import functools
import tomllib
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from config.errors import SettingsFault
from config.resources import MTUS_EDITIONS


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of a chapter; both dates are days on which it was in force, None an end that is not known."""

    chapter: str
    edition: str
    cited_as: tuple[str, ...]
    effective_from: date
    effective_to: date | None
    source: str

    def in_force(self, day: date) -> bool:
        """Whether it was in force on a day."""
        return self.effective_from <= day and (self.effective_to is None or day <= self.effective_to)


@functools.cache
def load_editions(path: Path = MTUS_EDITIONS) -> tuple[Edition, ...]:
    """Read the editions, in the order of the file.

    Raises:
        SettingsFault: the file is missing or broken.
    """
    try:
        return tuple(
            Edition(
                chapter=entry["chapter"],
                edition=str(entry["edition"]),
                cited_as=tuple(entry["cited_as"]),
                effective_from=entry["effective_from"],
                effective_to=entry.get("effective_to"),
                source=entry["source"],
            )
            for entry in tomllib.loads(path.read_text(encoding="utf-8"))["edition"]
        )
    except (OSError, KeyError, ValueError) as error:
        raise SettingsFault(f"editions file {path}: {error!r}") from None
