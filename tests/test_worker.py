"""A worker that is told to end before Faust listens."""

import subprocess
import sys


def test_it_ends_even_where_python_swallows_exceptions() -> None:
    program = """
import os, signal
from streams.worker import _leave

class Finalised:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)

signal.signal(signal.SIGTERM, _leave)
Finalised()
raise SystemExit(3)
"""
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
