"""`imr parse FILE`."""

from pathlib import Path

import click
import msgspec

from imr.options import settings_from
from indexer.letters import parse_file


@click.command("parse", help="Print one letter as JSON (Determination) on standard output.")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_context
def command(ctx: click.Context, file: Path) -> None:
    """Parse one letter."""
    settings = settings_from(ctx)
    try:
        determination = parse_file(file, settings.reading)
    except Exception as error:
        error.args = (f"{file}: {error}",)
        raise
    click.echo(msgspec.json.format(msgspec.json.encode(determination), indent=2).decode())
