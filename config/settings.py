"""The one typed settings object: a file, then IMR_* environment variables, then flags.

`config/default.toml` holds every default with its explanation; this module the types and the ranges.
A test holds that the two name the same settings.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from config.errors import SettingsFault
from config.resources import DEFAULT_SETTINGS

PREFIX = "IMR_"
CONFIG_VARIABLE = "IMR_CONFIG"

Values = dict[str, dict[str, Any]]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class IndexSettings(_Section):
    """Where the index lies and what holds it."""

    dir: Path
    engine: Literal["embedded", "postgres"]
    dsn: SecretStr
    read_dsns: tuple[SecretStr, ...]
    connections: int = Field(ge=1, le=1000)
    statement_seconds: float = Field(gt=0, le=86_400)

    @field_validator("read_dsns", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        """Take a list from an environment variable, where servers stand apart by semicolons."""
        return [name.strip() for name in value.split(";") if name.strip()] if isinstance(value, str) else value


class ModelSettings(_Section):
    """The embedding model."""

    kind: Literal["sentence-transformers", "hashing"]
    path: str
    hub_name: str
    allow_download: bool
    threads: int = Field(ge=0, le=1024)
    device: Literal["auto", "cpu", "cuda", "mps"]
    batch_size: int = Field(ge=0, le=4096)


class ReadingSettings(_Section):
    """Limits on the letters that are read."""

    max_bytes: int = Field(ge=1)
    max_pages: int = Field(ge=1)
    processes: int = Field(ge=0, le=1024)
    layouts: str
    timeout_seconds: float = Field(gt=0)
    memory_mb: int = Field(ge=0)

    @property
    def own_layouts(self) -> Path | None:
        """The folder of the user's own layout files, if one is set."""
        return Path(self.layouts) if self.layouts else None


class PassageSettings(_Section):
    """How rationales are cut into passages."""

    max_pieces: int = Field(ge=0)
    overlap_sentences: int = Field(ge=0, le=10)


class SearchSettings(_Section):
    """Retrieval and fusion."""

    candidates: int = Field(ge=1, le=10_000)
    dense_weight: float = Field(ge=0)
    lexical_weight: float = Field(ge=0)
    concept_weight: float = Field(ge=0)
    outcome_weight: float = Field(ge=0)
    max_request_chars: int = Field(ge=1)
    max_items: int = Field(ge=1, le=100)


class CoverageSettings(_Section):
    """How close the index is said to come to a request."""

    calibration: str

    @property
    def own_calibration(self) -> Path | None:
        """The user's own calibration file, if one is set."""
        return Path(self.calibration) if self.calibration else None


class EvidenceSettings(_Section):
    """Evidence packs."""

    max_tokens: int = Field(ge=1, le=1_000_000)
    encoding: str
    quotes_per_side: int = Field(ge=1, le=100)
    quote_sentences: int = Field(ge=1, le=50)
    considered: int = Field(ge=1, le=10_000)


class ServerSettings(_Section):
    """The web service."""

    host: str
    port: int = Field(ge=0, le=65535)
    max_body_bytes: int = Field(ge=1)
    max_upload_bytes: int = Field(ge=1)
    concurrency: int = Field(ge=1, le=256)
    queue: int = Field(ge=0)
    wait_seconds: float = Field(gt=0)
    receive_seconds: float = Field(gt=0, le=86_400)
    allowed_hosts: tuple[str, ...]
    workers: int = Field(ge=1, le=256)
    reload_seconds: float = Field(ge=0)
    shutdown_seconds: int = Field(ge=1, le=3600)
    log_format: Literal["auto", "json", "console"]
    log_level: Literal["debug", "info", "warning", "error"]
    keys: str
    https: bool
    session_hours: float = Field(gt=0, le=8760)
    open_probes: bool
    requests_per_minute: int = Field(ge=0, le=100_000)
    audit_log: str

    @property
    def keys_file(self) -> Path | None:
        """The file of API keys, if requests need one."""
        return Path(self.keys) if self.keys else None

    @property
    def audit_file(self) -> Path | None:
        """The audit log, if one is kept."""
        return Path(self.audit_log) if self.audit_log else None

    @field_validator("allowed_hosts", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        """Take a list from an environment variable, where names stand apart by commas."""
        return [name.strip() for name in value.split(",") if name.strip()] if isinstance(value, str) else value


class Settings(_Section):
    """All settings, frozen. Build it with `load_settings`."""

    index: IndexSettings
    model: ModelSettings
    reading: ReadingSettings
    passages: PassageSettings
    search: SearchSettings
    coverage: CoverageSettings
    evidence: EvidenceSettings
    server: ServerSettings


def load_settings(file: Path | None = None, flags: Values | None = None) -> Settings:
    """Merge the defaults, the user's file, the environment and the flags; the later wins.

    Args:
        file: a TOML file with some of the settings; None takes the one named by IMR_CONFIG, if any.
        flags: {section: {setting: value}} from a command line; a value of None counts as not given.

    Raises:
        SettingsFault: a file cannot be read, or a setting is unknown, of the wrong kind or out of range.
    """
    named = os.environ.get(CONFIG_VARIABLE)
    chosen = file or (Path(named) if named else None)
    layers = [_from_file(DEFAULT_SETTINGS)]
    if chosen is not None:
        layers.append(_from_file(chosen))
    layers.append(_from_environment(os.environ))
    layers.append({name: {k: v for k, v in part.items() if v is not None} for name, part in (flags or {}).items()})
    merged: Values = {}
    for layer in layers:
        for section, values in layer.items():
            merged.setdefault(section, {}).update(values)
    try:
        return Settings.model_validate(merged)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        # What names a server may hold its password.
        given = "" if "dsn" in place else f" (got {first['input']!r})"
        raise SettingsFault(f"setting {place}: {first['msg'].lower()}{given}") from None


def _from_file(path: Path) -> Values:
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsFault(f"settings file {path}: {error.strerror or error}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsFault(f"settings file {path}: not TOML: {error}") from None
    for section, part in values.items():
        if not isinstance(part, dict):
            raise SettingsFault(f"settings file {path}: {section} must be a section")
    return values


def _from_environment(environment: Mapping[str, str]) -> Values:
    """Read IMR_<SECTION>_<SETTING>; a known section with an unknown setting is refused later, as in a file."""
    values: Values = {}
    for name, value in environment.items():
        if not name.startswith(PREFIX) or name == CONFIG_VARIABLE:
            continue
        section, _, setting = name.removeprefix(PREFIX).lower().partition("_")
        if section in Settings.model_fields and setting:
            values.setdefault(section, {})[setting] = value
    return values
