"""The program's own rules: what it lists, how faults become a line and an exit code, what it may import."""

import subprocess
import sys
from pathlib import Path

import click
import pytest

from config.errors import Fault
from imr import main
from imr.main import COMMANDS, cli
from tests.support.program import Imr


def failing(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    """Make `imr status` raise."""

    def fail() -> None:
        raise error

    command = click.Command("status", callback=fail)
    monkeypatch.setattr(main._LazyGroup, "get_command", lambda *_: command)  # noqa: SLF001 - click asks it


def test_without_a_command_it_says_what_it_can_do(imr: Imr) -> None:
    alone, asked = imr(), imr("--help")
    assert alone == asked
    assert alone.code == 0
    assert alone.err == ""
    for name in COMMANDS:
        assert f"  {name} " in alone.out
    assert "not binding" in alone.out


def test_every_command_is_there_with_its_help(imr: Imr) -> None:
    for name in COMMANDS:
        said = imr(name, "--help")
        assert (said.code, said.err) == (0, "")
        assert said.out.startswith(f"Usage: imr {name} ")
        assert len(said.out.splitlines()) > 4


def test_the_contracts_commands_and_options_are_there() -> None:
    filters = {"--outcome", "--treatment", "--category", "--body-region", "--specialty", "--guideline"}
    filters |= {"--decision-from", "--decision-to", "--exclude-case"}
    expected: dict[str, set[str]] = {
        "parse": set(),
        "index": {"--index", "--strict"},
        "search": {"--index", "--limit", "--json", *filters},
        "evidence": {"--index", "--max-tokens", "--position", "--format", "--out", *filters},
        "serve": {"--host", "--port"},
        "eval": {"--index", "--system", "--json", "--run-out"},
        "status": {"--index", "--json"},
    }
    context = click.Context(cli)
    for name, options in expected.items():
        command = cli.get_command(context, name)
        assert command
        assert options <= {option for parameter in command.params for option in parameter.opts}


def test_version(imr: Imr) -> None:
    said = imr("--version")
    assert said.code == 0
    assert said.out.startswith("imr, version ")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nosuch"], "No such command 'nosuch'."),
        (["status", "--nosuch"], "No such option '--nosuch'"),
        (["status", "extra"], "unexpected extra argument"),
        (["parse"], "Missing argument 'FILE'."),
        (["index"], "Missing argument 'PATHS...'."),
        (["search"], "Missing argument 'TEXT'."),
        (["search", "x", "--limit", "0"], "'--limit': 0 is not in the range"),
        (["search", "x", "--limit", "many"], "'--limit': 'many' is not a valid integer"),
        (["search", "x", "--decision-from", "2015"], "'--decision-from': '2015' does not match"),
        (["evidence", "--position", "perhaps"], "'--position'"),
        (["evidence", "--format", "poem"], "'--format'"),
        (["evidence", "--out", "/"], "'--out'"),
        (["serve", "--port", "70000"], "'--port'"),
        (["--config"], "'--config' requires an argument"),
    ],
)
def test_wrong_usage_is_one_line(arguments: list[str], told: str, imr: Imr) -> None:
    assert told in imr(*arguments).fault


def test_a_fault_is_one_line(imr: Imr, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, Fault("the letter\nis empty"))
    assert imr("status").fault == "the letter is empty"


def test_a_failure_of_the_program_is_told_as_one(imr: Imr, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, ZeroDivisionError("by\nnothing"))
    said = imr("status")
    assert (said.code, said.out) == (1, "")
    assert said.err == "imr: the program failed: ZeroDivisionError: by nothing (IMR_DEBUG=1 shows where)\n"
    monkeypatch.setenv("IMR_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        imr("status")


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()], ids=repr)
def test_an_interrupt_is_no_traceback(error: BaseException, imr: Imr, monkeypatch: pytest.MonkeyPatch) -> None:
    failing(monkeypatch, error)
    said = imr("status")
    assert (said.code, said.out) == (1, "")
    assert said.err.strip() == "imr: interrupted"


def test_a_reader_that_went_away_is_not_complained_about(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", sys.stdout)  # what the program puts in its place goes away again
    failing(monkeypatch, BrokenPipeError())
    try:
        assert main.run(["status"]) == 1
    finally:
        sys.stdout.close()


def test_the_exit_code_reaches_the_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["imr", "nosuch"])
    with pytest.raises(SystemExit) as ended:
        main.main()
    assert ended.value.code == 2


HEAVY = [
    "torch",
    "sentence_transformers",
    "transformers",
    "faiss",
    "tantivy",
    "litestar",
    "uvicorn",
    "numpy",
    "tiktoken",
    "ir_measures",
]


def imported(code: str) -> set[str]:
    shown = f"{code}; import sys; print(*sorted(set({HEAVY!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", shown], capture_output=True, text=True, check=True)  # noqa: S603
    return set(done.stdout.split("\n")[-2].split())


@pytest.mark.subprocess
@pytest.mark.parametrize(
    "arguments", [["--help"], ["search", "--help"], ["index", "--help"], ["serve", "--help"], ["status"]]
)
def test_light_commands_import_nothing_heavy(arguments: list[str], tmp_path: Path) -> None:
    where = ["--index", str(tmp_path)] if arguments == ["status"] else []
    found = imported(f"from imr.main import run; run({[*arguments, *where]!r})")
    assert found <= {"numpy"}


@pytest.mark.subprocess
def test_parsing_imports_no_model_and_no_engine(sample_letters: Path) -> None:
    letter = str(sample_letters / "SAMPLE-0001.txt")
    found = imported(f"from imr.main import run; assert run(['parse', {letter!r}]) == 0")
    assert found <= {"numpy"}


def run_as_user(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "imr", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - our own program


@pytest.mark.subprocess
def test_as_a_user_would_start_it(sample_letters: Path, tmp_path: Path) -> None:
    parsed = run_as_user("parse", sample_letters / "SAMPLE-0001.txt")
    assert (parsed.returncode, parsed.stderr) == (0, "")
    assert '"case_number": "SAMPLE-0001"' in parsed.stdout
    nothing = run_as_user("status", "--index", tmp_path)
    assert (nothing.returncode, nothing.stdout) == (2, "")
    assert nothing.stderr.startswith("imr: no index in ")
    assert nothing.stderr.count("\n") == 1


@pytest.mark.subprocess
def test_the_installed_program_is_this_one() -> None:
    script = Path(sys.executable).with_name("imr")
    if not script.exists():
        pytest.skip("the package is not installed beside this interpreter")
    done = subprocess.run([str(script), "--help"], capture_output=True, text=True, check=True)  # noqa: S603
    assert done.stdout.startswith("Usage: imr ")
