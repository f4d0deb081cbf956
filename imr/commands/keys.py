"""`imr keys`."""

from datetime import UTC, datetime

import click

from imr.options import settings_from
from service.access.keys import add_key, file_of_keys, read_keys, revoke_key


@click.group("keys", help="Make, list and revoke the API keys of `imr serve` (setting server.keys names their file).")
def command() -> None:
    """Hold the three."""


@command.command("add", help="Make a key and print it: it is shown this once.")
@click.argument("name")
@click.option("--days", type=int, help="Days the key is good for; else until it is revoked.")
@click.pass_context
def add(ctx: click.Context, name: str, days: int | None) -> None:
    """Make a key."""
    click.echo(add_key(file_of_keys(settings_from(ctx).server.keys_file), name, days))


@command.command("list", help="List the keys by name; none is shown.")
@click.pass_context
def show(ctx: click.Context) -> None:
    """List the keys."""
    now = datetime.now(UTC)
    for key in read_keys(file_of_keys(settings_from(ctx).server.keys_file)).keys:
        until = "until revoked" if key.expires is None else f"until {key.expires:%Y-%m-%d %H:%M} UTC"
        expired = "" if key.live(now) else "  EXPIRED"
        click.echo(f"{key.name}  {key.id}  made {key.made:%Y-%m-%d}  {until}{expired}")


@command.command("revoke", help="Revoke a key; a running server refuses it from its next request on.")
@click.argument("name")
@click.pass_context
def revoke(ctx: click.Context, name: str) -> None:
    """Forget a key."""
    gone = revoke_key(file_of_keys(settings_from(ctx).server.keys_file), name)
    click.echo(f"revoked {gone.name} ({gone.id})")
