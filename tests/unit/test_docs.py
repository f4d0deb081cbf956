"""The documentation names what is there: commands, options, settings, make targets, files."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from config.settings import PREFIX, load_settings
from imr.main import cli

ROOT = Path(__file__).parents[2]
PAGES = [
    path
    for path in (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md")))
    if path.is_file()
]
_CODE_LINE = re.compile(r"^(?: {4}|\t)(.+)$", re.MULTILINE)
_FENCED = re.compile(r"^```[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"(?:config|indexer|service|eval|imr|tests|docs)/[\w./*-]*")
_LINK = re.compile(r"\]\((?!https?://|#)([^)#]+)")
# Where a shell line goes on to another program.
_SHELL = {"|", "<", ">", "&&", ";", "&"}


def pieces(page: str) -> list[str]:
    """Return the pieces of code on a page: fenced and indented lines, and what stands between backticks."""
    fenced = [line for block in _FENCED.findall(page) for line in block.splitlines()]
    rest = _FENCED.sub("", page)
    return [*fenced, *_CODE_LINE.findall(rest), *_INLINE.findall(rest)]


def commands(page: str) -> Iterator[list[str]]:
    """Return the arguments of every `imr ...` line of a page."""
    for piece in pieces(page):
        line = piece.strip().removeprefix("$ ")
        if not line.startswith("imr "):
            continue
        try:
            words = shlex.split(line.replace("[", " ").replace("]", " "), comments=True)[1:]
        except ValueError:
            words = line.split()[1:]
        ends = [place for place, word in enumerate(words) if word in _SHELL]
        yield words[: ends[0]] if ends else words


def settings() -> Iterator[tuple[str, str]]:
    """Return every setting with its section."""
    for section, values in load_settings().model_dump().items():
        yield from ((section, setting) for setting in values)


def check(arguments: list[str]) -> None:
    """Let click read the arguments without running anything; a wrong name or option raises."""
    outer = click.Context(cli, info_name="imr")
    _, rest, _ = cli.make_parser(outer).parse_args(list(arguments))
    if not rest or rest[0].startswith(("...", "COMMAND")):
        return
    command = cli.get_command(outer, rest[0])
    assert command, f"no command {rest[0]}"
    if "--help" not in rest:
        command.make_parser(click.Context(command, parent=outer, info_name=rest[0])).parse_args(rest[1:])


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_commands_and_options_are_real(page: Path) -> None:
    for arguments in commands(page.read_text(encoding="utf-8")):
        for alternative in _alternatives(arguments):
            check(alternative)


def _alternatives(arguments: list[str]) -> list[list[str]]:
    """Return one list of arguments for each command that 'imr search | evidence' or 'imr parse/status' names."""
    first = arguments[0] if arguments else ""
    return [[name, *arguments[1:]] for name in first.split("/")] if "/" in first else [arguments]


def test_the_readme_shows_the_commands() -> None:
    readme = ROOT / "README.md"
    shown = {arguments[0] for arguments in commands(readme.read_text(encoding="utf-8")) if arguments}
    if not shown:
        pytest.skip("the README is not written yet")
    assert {"search", "evidence", "index", "serve"} <= shown


@pytest.mark.parametrize(
    ("arguments", "wrong"),
    [(["status", "--colour"], "--colour"), (["find", "x"], "find"), (["search", "--limit"], "--limit")],
)
def test_a_wrong_command_would_be_seen(arguments: list[str], wrong: str) -> None:
    with pytest.raises((click.UsageError, AssertionError), match=wrong):
        check(arguments)


def test_commands_are_found_wherever_code_stands() -> None:
    page = (
        'Run `imr status --json`.\n\n    $ imr search "x" | less\n\n```sh\nimr parse FILE  # one\n```\nnot imr here\n'
    )
    assert sorted(commands(page)) == [["parse", "FILE"], ["search", "x"], ["status", "--json"]]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_variables_name_settings(page: Path) -> None:
    known = {f"{PREFIX}{section}_{setting}".upper() for section, setting in settings()} | {"IMR_CONFIG", "IMR_DEBUG"}
    named = set(re.findall(r"\bIMR_[A-Z_]*[A-Z]\b", page.read_text(encoding="utf-8")))
    assert named <= known


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_make_targets_are_there(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {
        piece.split()[1] for piece in pieces(page.read_text(encoding="utf-8")) if re.match(r"\s*make [a-z-]+", piece)
    }
    assert named <= targets


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_files_and_links_are_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for name in _INLINE.findall(text):
        if _PATH.fullmatch(name):
            assert list(ROOT.glob(name.rstrip("/"))), name
    for link in _LINK.findall(text):
        assert (page.parent / link).exists(), link
