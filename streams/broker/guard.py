"""The guard of the embedded broker: a process that ends the nodes once their owner is gone, however it went.

`streams/broker/leash.py` runs this file by its path, with `-I -S` so that it is light; nothing imports it. A
process that is killed with -9 cannot clean up after itself, so another one has to. Standard input is the
leash: each line asks for one process to be started, and its end means: end them all, delete the folder if
it was to be thrown away, and go. Closing the leash is also how a broker is stopped properly: there is one
way to end.
"""

import ctypes
import functools
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

_TICK = 0.1  # seconds between looks at the owner and the nodes
_PATIENCE = 15.0  # seconds for a clean end; one node takes 0.3, three of them at once 6
_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Serve the leash until it ends."""
    order = json.loads(sys.argv[1])
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # A handler rather than SIG_IGN, which the JVM would inherit and then be deaf to SIGTERM.
        signal.signal(number, lambda *_: None)
    processes: list[subprocess.Popen[bytes]] = []
    # The leash alone would not do: a child that the owner forked holds a copy of its end.
    while os.getppid() == order["owner"]:
        readable, _, _ = select.select([0], [], [], _TICK)
        processes = [process for process in processes if process.poll() is None]
        if readable:
            line = _line()
            if not line:
                break
            try:
                processes.append(_start(**json.loads(line)))
            except OSError as error:
                answer = json.dumps({"error": str(error)})
            else:
                answer = json.dumps({"pid": processes[-1].pid})
            try:
                os.write(1, answer.encode() + b"\n")
            except BrokenPipeError:  # the owner went while it waited
                break
    _end(processes, patience=0 if order["throw_away"] else _PATIENCE)
    if order["throw_away"]:
        shutil.rmtree(order["folder"], ignore_errors=True)


def _line() -> bytes:
    """Read one request, unbuffered: `select` does not see what a buffer holds."""
    line = b""
    while not line.endswith(b"\n"):
        more = os.read(0, 4096)
        if not more:
            return b""
        line += more
    return line


def _start(command: list[str], folder: str, log: str) -> "subprocess.Popen[bytes]":
    # In case the guard is killed too. Linux only; elsewhere the owner still knows the process ids.
    last_will = None
    if sys.platform == "linux":
        prctl = ctypes.CDLL(None).prctl
        last_will = functools.partial(prctl, _PR_SET_PDEATHSIG, signal.SIGKILL)
    with Path(log).open("ab") as output:
        return subprocess.Popen(  # noqa: S603 - the command comes from the owner
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=last_will,  # noqa: PLW1509 - this process has one thread
        )


def _end(processes: "list[subprocess.Popen[bytes]]", patience: float) -> None:
    deadline = time.monotonic() + patience
    if patience:
        for process in processes:
            process.send_signal(signal.SIGTERM)
            process.send_signal(signal.SIGCONT)  # a paused one could not obey
        while time.monotonic() < deadline and any(process.poll() is None for process in processes):
            time.sleep(_TICK / 4)
    for process in processes:
        process.kill()
        process.wait()


if __name__ == "__main__":
    main()
