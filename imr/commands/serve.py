"""`imr serve`."""

from pathlib import Path

import click

from imr.options import index_option, settings_from


@click.command("serve", help="Serve the pages and the HTTP API (loopback unless told otherwise).")
@click.option("--host", help="Address to bind; else the setting.")
@click.option("--port", type=click.IntRange(0, 65535), help="Port; else the setting.")
@click.option("--workers", type=click.IntRange(1, 256), help="Processes that answer; else the setting.")
@index_option
@click.pass_context
def command(
    ctx: click.Context, host: str | None, port: int | None, workers: int | None, index_dir: Path | None
) -> None:
    """Serve until interrupted."""
    settings = settings_from(ctx, index_dir, {"server": {"host": host, "port": port, "workers": workers}})
    from indexer.store.open import check_there
    from service.access.ring import is_loopback, keys_needed

    # A missing key or index is told before anything is bound.
    keys_needed(settings.server)
    check_there(settings)
    from service.web.serve import run

    def announce(address: str) -> None:
        click.echo(f"{address}/  (Ctrl-C stops)", err=True)
        if not is_loopback(settings.server.host) and not settings.server.https:
            click.echo("keys and requests travel unencrypted: put TLS in front and set server.https", err=True)

    run(settings, announce)
