"""The house: floors import only downward, the web stays in its room, and light commands stay light."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import Settings
from eval.letters.source import load_samples
from eval.letters.text import render_text
from imr.main import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ["config", "indexer", "service", "eval", "imr"]
MODULES = sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))
HEAVY = ["torch", "sentence_transformers", "transformers", "faiss", "litestar", "ray"]


def imported(path: Path) -> Iterator[tuple[str, ast.stmt]]:
    """Yield every module that a file imports, wherever in it, with the statement."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield node.module or "", node
            yield from ((f"{node.module}.{alias.name}", node) for alias in node.names)


def name_of(path: Path) -> str:
    """Return a file's place as a test's id."""
    return path.relative_to(ROOT).as_posix()


def test_every_floor_is_there() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in MODULES} == set(FLOORS)
    assert len(MODULES) > 100


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_floor_imports_only_from_floors_below_it(path: Path) -> None:
    floor = FLOORS.index(path.relative_to(ROOT).parts[0])
    above = [*FLOORS[floor + 1 :], "tests"]
    assert [name for name, _ in imported(path) if name.split(".")[0] in above] == []


def test_only_the_web_knows_the_web_framework() -> None:
    framework = {"litestar", "uvicorn", "jinja2"}
    users = {path for path in MODULES for name, _ in imported(path) if name.split(".")[0] in framework}
    assert users
    assert {path.parent for path in users} == {ROOT / "service" / "web" / part for part in ("", "access", "pages")}


def test_only_the_command_line_knows_click() -> None:
    users = {path for path in MODULES for name, _ in imported(path) if name.split(".")[0] == "click"}
    assert users
    assert {path.relative_to(ROOT).parts[0] for path in users} == {"imr"}


@pytest.mark.parametrize("engine", ["faiss", "tantivy", "sqlite3"])
def test_only_the_store_knows_the_engine(engine: str) -> None:
    users = {path for path in MODULES for name, _ in imported(path) if name.split(".")[0] == engine}
    assert users
    assert {path.parent for path in users} <= {
        ROOT / "indexer" / "store",
        ROOT / "eval" / "systems",
        ROOT / "eval" / "bench",
    }


def test_only_the_ray_pool_knows_ray() -> None:
    users = {path for path in MODULES for name, _ in imported(path) if name.split(".")[0] == "ray"}
    assert users == {ROOT / "indexer" / "bulk" / "raypool.py"}


@pytest.mark.parametrize("library", ["psycopg", "psycopg_pool", "pgvector", "alembic", "sqlalchemy"])
def test_only_its_package_knows_postgresql(library: str) -> None:
    users = {path for path in MODULES for name, _ in imported(path) if name.split(".")[0] == library}
    assert users
    home = ROOT / "indexer" / "postgres"
    assert [path for path in users if not path.is_relative_to(home)] == []


def test_nothing_is_pickled() -> None:
    forbidden = {"pickle", "cPickle", "dill", "cloudpickle", "joblib", "shelve", "marshal"}
    for path in MODULES:
        assert not forbidden & {name.split(".")[0] for name, _ in imported(path)}, path
        assert "allow_pickle=True" not in path.read_text(encoding="utf-8"), path


def test_no_module_takes_part_in_a_circle() -> None:
    names = {".".join(path.relative_to(ROOT).with_suffix("").parts): path for path in MODULES}
    uses = {name: {used for used, _ in imported(path) if used in names} for name, path in names.items()}
    done: set[str] = set()
    while free := {name for name, used in uses.items() if name not in done and used <= done}:
        done |= free
    assert set(uses) - done == set()


def python(code: str, *arguments: str) -> str:
    """Run some code in an interpreter of its own and return what it printed last."""
    done = subprocess.run(  # noqa: S603 - this interpreter
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True, cwd=ROOT, timeout=240
    )
    return done.stdout.splitlines()[-1]


def loaded_by(code: str, *arguments: str) -> set[str]:
    """Return the names of the heavy libraries that some code has imported when it ends."""
    tell = f"\nimport json, sys\nprint()\nprint(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))"
    return set(json.loads(python(code + tell, *arguments)))


def test_the_test_below_can_fail() -> None:
    assert loaded_by("import faiss, litestar") == {"faiss", "litestar"}


@pytest.mark.subprocess
@pytest.mark.parametrize(
    "module",
    ["indexer.sources", "indexer.letters", "indexer.passages", "indexer.embed", "indexer.store.status", "imr.main"],
)
def test_modules_that_workers_and_light_commands_use_are_light(module: str) -> None:
    assert loaded_by(f"import {module}") == set()


@pytest.mark.subprocess
def test_a_worker_that_read_a_letter_is_light(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text(render_text(load_samples()[0]), encoding="utf-8")
    code = (
        "import sys; from pathlib import Path; from config.settings import load_settings\n"
        "from indexer.sources import read_letters\n"
        "(result,) = read_letters([Path(sys.argv[1])], load_settings().reading)\n"
        "assert result.determination is not None, result.reason\n"
    )
    assert loaded_by(code, str(letter)) == set()


RUN = "import sys; from imr.main import run; code = run(sys.argv[1:]); assert code == {code}, code\n"


@pytest.mark.subprocess
@pytest.mark.parametrize("arguments", [["--help"], ["--version"], *([name, "--help"] for name in sorted(COMMANDS))])
def test_help_is_light(arguments: list[str]) -> None:
    assert loaded_by(RUN.format(code=0), *arguments) == set()


@pytest.mark.subprocess
def test_parse_is_light(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text(render_text(load_samples()[0]), encoding="utf-8")
    assert loaded_by(RUN.format(code=0), "parse", str(letter)) == set()


@pytest.mark.subprocess
def test_status_is_light(sample_settings: Settings, tmp_path: Path) -> None:
    assert loaded_by(RUN.format(code=0), "status", "--index", str(sample_settings.index.dir)) == set()
    assert loaded_by(RUN.format(code=2), "status", "--index", str(tmp_path)) == set()
