"""Every regular expression of the parse stage, with how it is used and with what could make it slow."""

import ast
import importlib
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any, NamedTuple

import streams.parse
from streams.parse import Parser

_METHODS = ("search", "match", "fullmatch", "findall", "finditer", "sub", "split")
# Anchored by their nature: a failed match is not tried again a letter further on.
_ANCHORED = ("match", "fullmatch")
# Letters and marks of all classes that patterns ask for, and pairs that go in and out of repeats.
_UNITS = (
    "a",
    "A",
    "ا",
    "1",
    " ",
    "\n",
    "\t",
    "<",
    ">",
    "&",
    ".",
    "-",
    "|",
    ":",
    ",",
    "(",
    "#",
    "=",
    '"',
    "é",
    "一",
    "\u00a0",
)
_PAIRS = (
    "a ",
    "A ",
    "ا ",
    "1 ",
    " -",
    "- ",
    " \n",
    "<a",
    "<a ",
    "</",
    "&a",
    "&#",
    "(a",
    "a.",
    ". ",
    "1.",
    "1-",
    ", ",
    " | ",
    " (",
    "a@",
    "<!--",
    "<!",
    "[a",
    "و ",
)
# Modules whose text has been through ``lines.read_lines``, ``lines.tidy`` or ``blocks.read_outline``.
_TIDIED = frozenset(
    ("headlines", "keywords", "labels", "names", "page_title", "page_top", "parts", "people", "sheet", "sheets")
)
# Patterns whose callers cut what they give them, and at how many letters.
_BOUNDED = {
    "charset._OWN_WORD": 4_096,
    "people._PIECES": 90,
    "sources._BRACKETS_AT_END": 80,
    "sources._NAME_AT_END": 80,
    "sources._BEFORE_DASH": 60,
    "sources._BRACKETS_IN_DATELINE": 120,
    "sources._KNOWN_IN_BRACKETS": 120,
    "sources._AFTER_PLACE": 120,
}


class Use(NamedTuple):
    """A pattern and the methods that its module calls it by."""

    name: str
    pattern: re.Pattern[Any]
    methods: tuple[str, ...]

    @property
    def module(self) -> str:
        """The module's own name."""
        return self.name.partition(" ")[0].removeprefix("streams.parse.").partition(".")[0]

    @property
    def tidied(self) -> bool:
        """Whether it sees only text that was tidied: white space single, no line breaks."""
        return self.module in _TIDIED

    @property
    def most_letters(self) -> int | None:
        """How many letters it is ever given, where that is bounded."""
        return _BOUNDED.get(self.name.removeprefix("streams.parse."))


def uses(parser: Parser) -> list[Use]:
    """All patterns: of modules, in the calls of ``re`` itself, and in what a built parser holds."""
    found: dict[tuple[Any, int], Use] = {}
    for module in _modules():
        tree = ast.parse(
            importlib.resources.files(streams.parse)
            .joinpath(f"{module.__name__.rpartition('.')[2]}.py")
            .read_text("utf-8")
        )
        called = _called(tree)
        for name, value in vars(module).items():
            for pattern in _patterns(value, set()):
                use = Use(f"{module.__name__}.{name}", pattern, tuple(called.get(name, _METHODS)))
                found.setdefault((pattern.pattern, pattern.flags), use)
        for method, pattern in _inline(tree):
            use = Use(f"{module.__name__} re.{method}", pattern, (method,))
            found.setdefault((pattern.pattern, pattern.flags), use)
    for pattern in _patterns(parser, set()):
        found.setdefault((pattern.pattern, pattern.flags), Use("in the parser", pattern, _METHODS))
    return list(found.values())


def growth(use: Use, unit: str, small: int, large: int) -> float:
    """How many times longer ``use`` takes for ``large`` letters than for ``small``, of one unit repeated.

    What takes less than a quarter of a second is no growth: caches and other programs decide it.
    """
    run = _runner(use)
    before, after = (_seconds(run, unit, letters) for letters in (small, large))
    return after / max(before, 1e-4) if after > 0.25 else 0.0


def seconds(use: Use, letters: int) -> float:
    """How long ``use`` takes for so many letters at their worst."""
    return _seconds(_runner(use), slowest_unit(use), letters)


def slowest_unit(use: Use) -> str:
    """The unit that is slowest for few letters."""
    run = _runner(use)
    return max(_units(use), key=lambda unit: _seconds(run, unit, 2_000))


def _runner(use: Use) -> Callable[[str], None]:
    """Runs a pattern over a whole text by each way that its module does."""
    pattern, in_bytes = use.pattern, isinstance(use.pattern.pattern, bytes)
    anchored = any(method in _ANCHORED for method in use.methods)
    free = any(method not in _ANCHORED for method in use.methods)

    def run(text: str) -> None:
        there: Any = text.encode() if in_bytes else text
        if anchored:
            pattern.match(there)
            pattern.fullmatch(there)
        if free:
            for _ in pattern.finditer(there):
                pass

    return run


def _seconds(run: Callable[[str], None], unit: str, letters: int) -> float:
    # The last letter makes what wants to end in something else fail.
    text = unit * (letters // len(unit)) + "\x02"
    start = time.thread_time()  # of the processor: others use the machine too
    run(text)
    return time.thread_time() - start


def _units(use: Use) -> set[str]:
    source = use.pattern.pattern
    text = source.decode("latin-1") if isinstance(source, bytes) else source
    letters = sorted(set(text) - set("\\^$*+?{}[]()"))[:40]
    words = re.findall(r"[\w<!/@.-]{2,12}", re.sub(r"\\.|\{[^}]*\}|\(\?[a-zA-Z:=!<]+", " ", text))[:12]
    units = {
        *_UNITS,
        *_PAIRS,
        *letters,
        *(f"{letter} " for letter in letters[:20]),
        *words,
        *(f"{word} " for word in words),
    }
    return {unit for unit in units if not unit.isspace()} - {" \n"} if use.tidied else units


def _modules() -> Iterator[ModuleType]:
    for found in pkgutil.iter_modules(streams.parse.__path__):
        yield importlib.import_module(f"streams.parse.{found.name}")


def _called(tree: ast.Module) -> dict[str, set[str]]:
    """The methods of patterns by the name that they are called on."""
    called: dict[str, set[str]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in _METHODS:
            called.setdefault(node.value.id, set()).add(node.attr)
    return called


def _inline(tree: ast.Module) -> Iterator[tuple[str, re.Pattern[Any]]]:
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args):
            continue
        owner, pattern = node.func.value, node.args[0]
        if (
            isinstance(owner, ast.Name)
            and owner.id == "re"
            and node.func.attr in _METHODS
            and isinstance(pattern, ast.Constant)
        ):
            yield node.func.attr, re.compile(pattern.value)


def _patterns(value: Any, seen: set[int]) -> Iterator[re.Pattern[Any]]:
    """Patterns in a value and in what it is made of, as far as it is ours."""
    if isinstance(value, re.Pattern):
        yield value
        return
    if id(value) in seen or isinstance(value, str | bytes | int | float | type | ModuleType):
        return
    seen.add(id(value))
    if isinstance(value, dict):
        parts = list(value.values())
    elif isinstance(value, list | tuple | set | frozenset):
        parts = list(value)
    elif type(value).__module__.startswith("streams."):
        parts = list(vars(value).values()) if hasattr(value, "__dict__") else []
    else:
        return
    for part in parts[:5_000]:
        yield from _patterns(part, seen)
