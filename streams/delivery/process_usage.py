"""How much memory and processor time a process has taken, as Linux tells it."""

import os
from pathlib import Path

_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_TICKS = os.sysconf("SC_CLK_TCK")
_USER, _SYSTEM = 11, 12  # fields of /proc/PID/stat after the name in brackets, which may have blanks in it


def resident_bytes(pid: int) -> int | None:
    """Bytes of memory that process ``pid`` holds (resident set); None where that is not told: ended, or no Linux."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1]) * _PAGE_BYTES
    except (OSError, IndexError):
        return None


def processor_seconds(pid: int) -> float | None:
    """Seconds that process ``pid`` has computed, all its threads, in steps of 10 ms; None as for ``resident_bytes``."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        return (int(fields[_USER]) + int(fields[_SYSTEM])) / _TICKS
    except (OSError, IndexError):
        return None
