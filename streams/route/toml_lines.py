"""TomlLines: on which line of a routes file something stands. tomllib tells that for errors of syntax only.

Not a parser: it looks for headers and keys in a text that tomllib has accepted already.
"""

import re
from itertools import pairwise

_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*(?:route|\"route\"|'route')[ \t]*\]\]", re.MULTILINE)
# Strings of several lines and comments hold no keys; strings of one line are passed over, so that a # in one
# of them begins no comment.
_PASSED_OVER = re.compile(
    r'(?P<blank>"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|#[^\n]*)|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'',
    re.DOTALL,
)


class TomlLines:
    """The lines of one file, counted from 1."""

    def __init__(self, text: str) -> None:
        self._text = text = _PASSED_OVER.sub(_blanked, text.replace("\r\n", "\n"))
        starts = [match.start() for match in _HEADER.finditer(text)]
        self._routes = list(pairwise([*starts, len(text)]))

    def of_key(self, key: str) -> int:
        """Where a key, or a table of this name, stands outside all routes; line 1 when it cannot be told."""
        return self._line(self._find_key(key, 0, len(self._text)) or 0)

    def of_route(self, number: int) -> int:
        """Where the route with this number (from 0) begins; line 1 when it cannot be told."""
        start, _ = self._span(number)
        header = self._text.find("[[", start)
        return self._line(header if self._routes and header >= 0 else start)

    def of_value(self, number: int, key: str, value: object = None) -> int:
        """Where ``key`` of a route stands; with ``value``, a string in its list, where that one stands."""
        start, end = self._span(number)
        at = self._find_key(key, start, end)
        if at is None:
            return self.of_route(number)
        if isinstance(value, str):
            written = [place for quote in "\"'" if (place := self._text.find(quote + value + quote, at, end)) >= 0]
            at = min(written, default=at)
        return self._line(at)

    def _span(self, number: int) -> tuple[int, int]:
        return self._routes[number] if number < len(self._routes) else (0, len(self._text))

    def _find_key(self, key: str, start: int, end: int) -> int | None:
        name = rf"(?:{re.escape(key)}|\"{re.escape(key)}\"|'{re.escape(key)}')"
        pattern = re.compile(
            rf"^[ \t]*(?:\[+[ \t]*(?:route[ \t]*\.[ \t]*)?)?(?P<key>{name})[ \t]*(?:[=.\]])", re.MULTILINE
        )
        found = pattern.search(self._text, start, end)
        return found.start("key") if found else None

    def _line(self, at: int) -> int:
        return self._text.count("\n", 0, at) + 1


def _blanked(match: re.Match[str]) -> str:
    whole = match.group()
    return re.sub(r"[^\n]", " ", whole) if match["blank"] else whole
