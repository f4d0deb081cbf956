"""Files that their owner alone may read: keys, secrets."""

import os
import secrets
import stat
from pathlib import Path
from tempfile import mkstemp

from config.errors import SettingsFault
from indexer.store.flush import flush_folder

_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_SECRET_BYTES = 32


def read_private(path: Path) -> bytes:
    """Return what a private file holds.

    Raises:
        FileNotFoundError: there is none.
        SettingsFault: it cannot be read, belongs to another user, or others may read or write it.
    """
    try:
        with path.open("rb") as file:
            _check(path, os.fstat(file.fileno()))
            return file.read()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise SettingsFault(f"{path}: {error.strerror or 'cannot be read'}") from None


def write_private(path: Path, content: bytes) -> None:
    """Replace a private file in one step, flushed to disk; readers see the old content or the new one.

    Raises:
        SettingsFault: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mkstemp makes it 0600
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).replace(path)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        flush_folder(path.parent)
    except OSError as error:
        raise SettingsFault(f"{path}: {error.strerror or 'cannot be written'}") from None


def secret_in(path: Path) -> bytes:
    """Return the random secret that a private file holds, made at the first call.

    Several processes may start at once: the file appears whole, and the first that links it wins.

    Raises:
        SettingsFault: the file cannot be made, is no secret, or others may read it.
    """
    if not path.exists():
        made = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        write_private(made, secrets.token_hex(_SECRET_BYTES).encode())
        try:
            os.link(made, path)
        except FileExistsError:
            pass
        except OSError as error:
            raise SettingsFault(f"{path}: {error.strerror or 'cannot be written'}") from None
        finally:
            made.unlink()
        flush_folder(path.parent)
    try:
        return bytes.fromhex(read_private(path).decode("ascii"))
    except (ValueError, FileNotFoundError):
        raise SettingsFault(f"{path}: holds no secret; remove it and a new one is made") from None


def private_folder(path: Path) -> Path:
    """Return a folder that its owner alone may look into, made where there is none.

    Raises:
        SettingsFault: it cannot be made, belongs to another user or is open to others.
    """
    try:
        path.mkdir(mode=stat.S_IRWXU, parents=True, exist_ok=True)
        _check(path, path.stat())
    except OSError as error:
        raise SettingsFault(f"{path}: {error.strerror or 'cannot be made'}") from None
    return path


def _check(path: Path, found: os.stat_result) -> None:
    if found.st_uid != os.geteuid():
        raise SettingsFault(f"{path}: belongs to another user")
    if found.st_mode & _OTHERS:
        mode = "700" if stat.S_ISDIR(found.st_mode) else "600"
        raise SettingsFault(f"{path}: others may read or write it; chmod {mode} it")
