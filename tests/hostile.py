"""Text as a hostile message holds it: it speaks to the terminal, breaks lines, turns the order, and does not end."""

import re

HOSTILE = "\x1b]0;owned\x07\x1b[2J title\r\n\u202eright to left\u2066\u2028\x00\x9b31m\x7f [red]end"
HUGE = HOSTILE * 20_000  # a megabyte
_UNSAFE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def assert_safe(shown: str, *, lines: int | None = None, most: int = 10_000) -> None:
    """Fails where ``shown`` has what a terminal acts on, another number of lines, or more than ``most`` characters."""
    assert _UNSAFE.search(shown) is None
    assert lines is None or shown.count("\n") == lines
    assert len(shown) <= most
