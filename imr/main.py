"""The program `imr`: finds the command, turns faults into one line and an exit code."""

import importlib
import os
import sys
from pathlib import Path

import click

from config.errors import Fault

EXIT_FAILED = 1
EXIT_FAULT = 2

# Command name -> module in imr.commands; a module is imported only when its command is named.
COMMANDS = {
    "copy": "copy",
    "demo": "demo",
    "embed": "embed",
    "eval": "evaluate",
    "evidence": "evidence",
    "index": "index",
    "keys": "keys",
    "parse": "parse",
    "search": "search",
    "serve": "serve",
    "status": "status",
}
_HELP = {
    "copy": "Copy an index from one engine to another.",
    "demo": "Index the project's own sample letters and serve them.",
    "embed": "Embed one shard of the letters, or all on a Ray cluster.",
    "eval": "Measure retrieval on a dataset.",
    "evidence": "Assemble cited evidence for a request.",
    "index": "Read letters and publish the index.",
    "keys": "Make, list and revoke API keys.",
    "parse": "Print one letter as JSON.",
    "search": "Find decided items like a request.",
    "serve": "Serve the pages and the HTTP API.",
    "status": "Say what the index holds and whether its files are whole.",
}


class _LazyGroup(click.Group):
    """A group that lists its commands without importing them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"imr.commands.{COMMANDS[cmd_name]}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(_HELP.items()))


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="imr-precedent", prog_name="imr")
@click.option(
    "--config",
    "config_file",
    type=click.Path(path_type=Path),
    help="Settings file (TOML); else IMR_CONFIG, else the defaults.",
)
@click.pass_context
def cli(ctx: click.Context, config_file: Path | None) -> None:
    """Semantic search and cited evidence over Independent Medical Review determinations.

    IMR decisions are illustrative, not binding; nothing here is legal or medical advice.
    """
    ctx.obj = config_file


def main() -> None:
    """Run the program: exit 0 when done, 2 when input or settings are at fault, 1 when the program failed."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command and return its exit code."""
    try:
        # Alone, the program says what it can do; click would call it an error of usage.
        result = cli.main(args=arguments or ["--help"], prog_name="imr", standalone_mode=False)
    except Fault as fault:
        return _fail(str(fault), EXIT_FAULT)
    except click.exceptions.Exit as end:
        return int(end.exit_code)
    except click.ClickException as error:
        return _fail(" ".join(error.format_message().split()), EXIT_FAULT)
    except (click.Abort, KeyboardInterrupt):
        return _fail("interrupted", EXIT_FAILED)
    except BrokenPipeError:
        # The reader of a pipe went away: nothing more to say, and nowhere to say it.
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - open until the process ends
        return EXIT_FAILED
    except Exception as error:
        if os.environ.get("IMR_DEBUG"):
            raise
        return _fail(f"the program failed: {type(error).__name__}: {error} (IMR_DEBUG=1 shows where)", EXIT_FAILED)
    return result if isinstance(result, int) else 0


def _fail(message: str, code: int) -> int:
    click.echo(f"imr: {' '.join(message.split())}", err=True)
    return code
