"""`imr copy --from PLACE --to PLACE`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec
from pydantic import SecretStr

from imr.options import json_option, settings_from

if TYPE_CHECKING:
    from config.settings import Settings

_EMBEDDED, _POSTGRES = "embedded", "postgres"
_PLACE = (
    "a folder, a PostgreSQL connection string, or 'embedded' or 'postgres' for the one that the settings name "
    "(IMR_INDEX_DIR, IMR_INDEX_DSN)"
)


@click.command("copy", help=f"Copy a whole index without embedding again. A place is {_PLACE}.")
@click.option("--from", "source", required=True, metavar="PLACE", help="The index to copy.")
@click.option("--to", "target", required=True, metavar="PLACE", help="Where its copy becomes the published generation.")
@json_option
@click.pass_context
def command(ctx: click.Context, source: str, target: str, *, as_json: bool) -> None:
    """Copy an index."""
    settings = settings_from(ctx)
    places = _place(source, settings), _place(target, settings)
    from indexer.copying import copy_index

    copied = copy_index(*places)
    if as_json:
        click.echo(msgspec.json.encode(copied).decode())
        return
    counts = copied.counts
    click.echo(f"copied {counts.letters} letters, {counts.items} disputed items, {counts.passages} passages")
    click.echo(f"published as generation {copied.generation}")


def _place(name: str, settings: "Settings") -> Path | str:
    """Return a folder, or the connection string of a database, checked."""
    if name == _EMBEDDED:
        return settings.index.dir
    named = name == _POSTGRES
    if named or "=" in name or name.startswith(("postgres://", "postgresql://")):
        from indexer.postgres.dsn import checked

        return checked(settings.index.dsn if named else SecretStr(name), "dsn")
    return Path(name)
