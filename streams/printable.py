"""Text of others, made safe to show: on a terminal, in a log line, in an error text."""

import re

LIMIT = 500  # characters: a screen's width a few times over, and more than any headline

# Controls move the cursor, break the line or speak to the terminal (C0, DEL, C1); separators break the line too;
# bidirectional embeddings, overrides and isolates turn the order of what follows (Unicode UAX 9, CVE-2021-42574);
# halves of surrogate pairs cannot be written at all. Letters' own marks stay: joiners (U+200C, U+200D) and the
# directional marks U+200E, U+200F and U+061C, which Arabic and Persian texts need and which turn nothing.
_UNSAFE = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069\\ud800-\\udfff]")


def printable(text: str, limit: int = LIMIT) -> str:
    """``text`` on one line of at most ``limit`` characters, what is unsafe as ``\\n``, ``\\x1b``, ``\\u202e``.

    Takes time by ``limit``, not by the text's length.
    """
    shown = _UNSAFE.sub(_escape, text[: limit + 1])
    return shown if len(shown) <= limit else f"{shown[: max(0, limit - 1)]}…"


def printable_json(text: str) -> str:
    """JSON ``text`` on one line with what is unsafe as ``\\u202e``: the same JSON, safe to show.

    Whole: JSON is for a program, which is to get all of it.
    """
    return _UNSAFE.sub(lambda unsafe: f"\\u{ord(unsafe.group()):04x}", text)


def _escape(unsafe: re.Match[str]) -> str:
    return unsafe.group().encode("unicode_escape").decode()
