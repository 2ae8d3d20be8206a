"""Freed memory goes back to the system. In processes of their own: what is set stays set."""

import os
import platform
import subprocess
import sys

import pytest

PROGRAM = """
import ctypes, os, sys
from streams.delivery.allocator import return_freed_memory
from streams.delivery.process_usage import resident_bytes
if sys.argv[1] == "set":
    return_freed_memory()
c = ctypes.CDLL(None)
c.malloc.restype, c.malloc.argtypes, c.free.argtypes = ctypes.c_void_p, [ctypes.c_size_t], [ctypes.c_void_p]
c.free(c.malloc(4 * 2**20))  # a habit, to glibc
blocks = []
for _ in range(40):
    blocks.append(c.malloc(2 * 2**20))
    ctypes.memset(blocks[-1], 1, 2 * 2**20)
    c.malloc(500_000)  # kept, and in the way where the block is no mapping of its own
held = resident_bytes(os.getpid())
for block in blocks:
    c.free(block)
print(held - resident_bytes(os.getpid()))
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="mallopt is glibc's")
def test_large_blocks_are_given_back() -> None:
    def given_back(how: str) -> int:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("MALLOC_")}
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, how], capture_output=True, text=True, check=True, env=environment
        )
        return int(done.stdout)

    assert given_back("unset") < 10 * 2**20
    assert given_back("set") > 70 * 2**20
