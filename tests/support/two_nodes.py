"""Two Ray nodes on loopback, of which one is killed at work: `python -m tests.support.two_nodes LETTERS OUT SHARDS`.

Runs `imr embed --shards N --ray ADDRESS` over them, waits until a worker of the second node holds a shard, stops that
worker in its tracks and kills every process of the node, as a power cut would. Prints as JSON which shard that was,
what the command ended with and said, and the seconds of each part.
"""

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from indexer.bulk.raypool import LOOPBACK, QUIET

# Before Ray is imported. The launcher and all nodes must know the token.
os.environ.update(QUIET, **LOOPBACK, RAY_AUTH_MODE="token", RAY_AUTH_TOKEN=secrets.token_hex(32))

from ray.cluster_utils import Cluster

_STORE = 80 * 1024 * 1024
_DEADLINE = 90


def processes_under(pid: int) -> list[int]:
    """Return a process and all its descendants."""
    parents = {}
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
    found = [pid]
    for one in found:
        found.extend(child for child, parent in parents.items() if parent == one)
    return found


def held_by(pid: int, out: Path) -> str | None:
    """Return the shard whose lock a process has open, as its folder's name."""
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            target = entry.readlink()
            if target.name == "writer.lock" and target.parent.parent == out:
                return target.parent.name
    return None


def stop_at_work(raylet: int, out: Path, launcher: "subprocess.Popen[str]") -> str:
    """Wait until a process of a node holds a shard, stop it there, and return the shard."""
    until = time.monotonic() + _DEADLINE
    while time.monotonic() < until and launcher.poll() is None:
        for pid in processes_under(raylet):
            with contextlib.suppress(OSError):
                if held_by(pid, out) is None:
                    continue
                os.kill(pid, signal.SIGSTOP)
                if held := held_by(pid, out):  # still, now that it cannot go on
                    return held
                os.kill(pid, signal.SIGCONT)
        time.sleep(0.01)
    raise AssertionError("no worker of the second node held a shard")


def main(letters: Path, out: Path, shards: int) -> dict[str, Any]:
    """Run the command, kill the node, and return what came of it."""
    started = time.monotonic()
    sizes = {"num_cpus": 1, "object_store_memory": _STORE}
    launcher: subprocess.Popen[str] | None = None
    cluster = Cluster(initialize_head=True, head_node_args={**sizes, "include_dashboard": False})
    try:
        node = cluster.add_node(**sizes)
        up = time.monotonic()
        command = [sys.executable, "-m", "imr", "embed", str(letters), "--shards", str(shards), "--json"]
        launcher = subprocess.Popen(  # noqa: S603 - this interpreter
            [*command, "--ray", cluster.address, "--out", str(out)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"IMR_MODEL_KIND": "hashing", "IMR_MODEL_THREADS": "1"},
        )
        (raylet,) = (info.process.pid for info in node.all_processes["raylet"])
        shard = stop_at_work(raylet, out, launcher)
        for pid in processes_under(raylet):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        killed = time.monotonic()
        said, told = launcher.communicate(timeout=_DEADLINE)
        ended = time.monotonic()
    finally:
        if launcher is not None:
            launcher.kill()
        cluster.shutdown()
    seconds = {"nodes up": up - started, "killed": killed - up, "ended": ended - killed}
    return {"shard": shard, "code": launcher.returncode, "said": said, "told": told, "seconds": seconds}


if __name__ == "__main__":
    result = main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve(), int(sys.argv[3]))
    sys.stdout.write(json.dumps(result) + "\n")
