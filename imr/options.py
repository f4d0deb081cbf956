"""Options that several commands share."""

import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import click

from config.errors import RequestFault
from config.settings import Settings, Values, load_settings
from indexer.filters import Filters

F = TypeVar("F", bound=Callable[..., Any])

STANDARD_INPUT = "-"

index_option = click.option(
    "--index",
    "index_dir",
    type=click.Path(path_type=Path),
    help="Index folder; else IMR_INDEX_DIR, else the setting.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON alone on standard output.")


def settings_from(ctx: click.Context, index_dir: Path | None = None, flags: Values | None = None) -> Settings:
    """Return the settings of a command: the file named before it, the environment, its own flags.

    Raises:
        SettingsFault: a setting cannot be used.
    """
    merged: Values = {"index": {"dir": index_dir}, **(flags or {})}
    return load_settings(ctx.find_root().obj, merged)


def _day(_ctx: click.Context, _parameter: click.Parameter, value: datetime | None) -> date | None:
    return value.date() if value else None


_FILTER_OPTIONS = (
    click.option("--outcome", multiple=True, help="upheld or overturned; may be given again for another."),
    click.option("--treatment", multiple=True, help="Treatment, by any name: tramadol, Ultram, 'lumbar MRI' is two."),
    click.option("--category", multiple=True, help="DWC category or its first part: Pharmaceuticals."),
    click.option("--body-region", multiple=True, help="Body region: 'lumbar spine', 'low back'."),
    click.option("--specialty", multiple=True, help="Reviewer's specialty."),
    click.option("--guideline", multiple=True, help="MTUS, ACOEM, ODG or words of a cited title."),
    click.option(
        "--decision-from",
        type=click.DateTime(["%Y-%m-%d"]),
        callback=_day,
        help="Decided on or after, YYYY-MM-DD.",
    ),
    click.option(
        "--decision-to",
        type=click.DateTime(["%Y-%m-%d"]),
        callback=_day,
        help="Decided on or before, YYYY-MM-DD.",
    ),
    click.option("--exclude-case", multiple=True, help="Case number or id to leave out."),
    click.option(
        "--phrase", multiple=True, help="Words that title or rationale must hold in a row; each given must be."
    ),
)


def filter_options(function: F) -> F:
    """Add the filters; the command receives them as `**chosen`, for `filters_from`."""
    for option in reversed(_FILTER_OPTIONS):
        function = option(function)
    return function


def filters_from(chosen: dict[str, Any]) -> Filters:
    """Make filters of the options that `filter_options` added."""
    return Filters(
        outcome=tuple(value.lower() for value in chosen["outcome"]),
        treatment=chosen["treatment"],
        category=chosen["category"],
        body_region=chosen["body_region"],
        specialty=chosen["specialty"],
        guideline=chosen["guideline"],
        decision_from=chosen["decision_from"],
        decision_to=chosen["decision_to"],
        exclude_cases=chosen["exclude_case"],
        phrases=chosen["phrase"],
    )


def read_text(source: str) -> str:
    """Return the text of a file, or of standard input for '-'.

    Raises:
        RequestFault: the file cannot be read or is no text.
    """
    try:
        if source == STANDARD_INPUT:
            return sys.stdin.buffer.read().decode("utf-8")
        return Path(source).read_text(encoding="utf-8")
    except OSError as error:
        raise RequestFault(f"{source}: {error.strerror or 'cannot be read'}") from None
    except UnicodeDecodeError:
        raise RequestFault(f"{source}: not UTF-8 text") from None
