"""`imr status`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from config.errors import IndexFault
from imr.options import index_option, json_option, settings_from
from imr.verifying import files_or_tables

if TYPE_CHECKING:
    from indexer.store.status import IndexStatus


@click.command("status", help="Say what the index holds, what was rejected, and whether its files are whole.")
@index_option
@json_option
@click.pass_context
def command(ctx: click.Context, index_dir: Path | None, *, as_json: bool) -> None:
    """Show the index's state."""
    settings = settings_from(ctx, index_dir)
    from indexer.store.open import read_status

    status = read_status(settings)
    if as_json:
        click.echo(msgspec.json.encode(status).decode())
    else:
        _show(status, files_or_tables(settings))
    if status.damaged:
        raise IndexFault(
            f"damaged {files_or_tables(settings)}: {', '.join(status.damaged)}: `imr index --verify` says what to do"
        )


def _show(status: "IndexStatus", kept: str) -> None:
    counts = status.counts
    click.echo(f"index {status.folder}, generation {status.generation}")
    click.echo(f"{counts.letters} letters, {counts.items} disputed items, {counts.passages} passages")
    click.echo(f"model {status.model.name}, {status.model.dimension} dimensions; reader {status.reader_version}")
    health = "all whole" if not status.damaged else "DAMAGED"
    parts = "" if status.segments is None else f" in {status.segments} segments"
    click.echo(f"{kept}: {status.files}{parts}, {status.bytes} bytes, {health}")
    for file in status.rejected:
        click.echo(f"rejected: {file.path}: {file.reason}")
