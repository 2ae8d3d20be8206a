"""A stage that passes bytes on, and does to itself what the bytes tell it."""

import ctypes
import os
import signal
import time
from functools import partial
from pathlib import Path

from schemas.dead_letter import Reason, Refusal
from streams.delivery.stage import Output, Record, Stage

_hoard: list[bytes] = []


def build(outputs: tuple[str, ...], marks: str | None = None) -> Stage:
    """The stage; ``marks`` is a folder where what shall happen once leaves a mark."""
    return partial(_pass_on, outputs, marks)


def _pass_on(outputs: tuple[str, ...], marks: str | None, record: Record) -> list[Output]:
    value = record.value or b""
    order = value.split(b" ")[0]
    if order == b"refuse":
        raise Refusal(Reason.NO_ARTICLE, "told to refuse")
    if order == b"raise":
        raise ValueError("told to raise")
    if order == b"raise-much":
        raise ValueError("much " * 1_000_000)
    if order == b"hang":
        time.sleep(3600)
    while order == b"spin":
        pass
    if order == b"freeze":
        os.kill(os.getpid(), signal.SIGSTOP)
    if order == b"recurse":
        _pass_on(outputs, marks, record)
    if order == b"eat":
        while True:
            _hoard.append(b"x" * 10_000_000)
    if order == b"bloat":
        _hoard.append(b"x" * 200_000_000)
    if order == b"ask-for-all":
        bytearray(2**60)
    if order == b"segfault":
        ctypes.string_at(0)
    if order == b"crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    if order == b"crash-once" and _first(marks, "crashed"):
        os.kill(os.getpid(), signal.SIGKILL)
    if order == b"hang-once" and _first(marks, "hung"):
        time.sleep(3600)
    if order == b"huge":
        return [Output(outputs[0], record.key, b"x" * 5_000_000)]
    if order == b"slow":
        time.sleep(0.2)
    return [Output(outputs[record.offset % len(outputs)], record.key, value, record.headers)]


def _first(marks: str | None, mark: str) -> bool:
    path = Path(marks or ".") / mark
    is_first = not path.exists()
    path.touch()
    return is_first
