"""`imr serve`."""

from pathlib import Path

import click

from imr.options import index_option, settings_from


@click.command("serve", help="Serve the pages and the HTTP API (loopback unless told otherwise).")
@click.option("--host", help="Address to bind; else the setting.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port; else the setting.")
@index_option
@click.pass_context
def command(ctx: click.Context, host: str | None, port: int | None, index_dir: Path | None) -> None:
    """Serve until interrupted."""
    settings = settings_from(ctx, index_dir, {"server": {"host": host, "port": port}})
    from indexer.store.open import check_there

    check_there(settings)  # a missing index is told before anything is bound
    from service.web.serve import run

    run(settings, lambda address: click.echo(f"{address}/  (Ctrl-C stops)", err=True))
