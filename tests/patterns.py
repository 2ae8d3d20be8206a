"""Every regular expression of ours, with how it is used and with what could make it slow."""

import ast
import importlib
import inspect
import pkgutil
import re
import time
from collections.abc import Callable, Iterable, Iterator
from types import ModuleType
from typing import Any, NamedTuple, TypeGuard

import schemas
import streams

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
    f"streams.parse.{name}"
    for name in (
        "headlines", "keywords", "labels", "names", "page_title", "page_top", "parts", "people", "sheet", "sheets"
    )
)  # fmt: skip
# Patterns whose callers cut what they give them, and at how many letters.
_BOUNDED = {
    "streams.parse.charset._OWN_WORD": 4_096,
    "streams.parse.people._PIECES": 90,
    "streams.parse.sources._BRACKETS_AT_END": 80,
    "streams.parse.sources._NAME_AT_END": 80,
    "streams.parse.sources._BEFORE_DASH": 60,
    "streams.parse.sources._BRACKETS_IN_DATELINE": 120,
    "streams.parse.sources._KNOWN_IN_BRACKETS": 120,
    "streams.parse.sources._AFTER_PLACE": 120,
}
# Functions that compile a pattern when they run, and where the test meets it, or why it need not.
_BUILT = {
    "streams.parse.lexicon.__init__": "held by the parser",
    "streams.parse.mojibake._misreading": "held by a table of its module",
    "streams.stages.parse._is_place": "asks for a few digits, whole",
    "streams.tag.credits.__init__": "held by the tagger",
    "streams.route.toml_lines._find_key": "reads a routes file, which an operator wrote, to tell where a mistake is",
}


class Use(NamedTuple):
    """A pattern and the methods that its module calls it by."""

    name: str
    pattern: re.Pattern[Any]
    methods: tuple[str, ...]

    @property
    def module(self) -> str:
        """The module that it stands in."""
        return self.name.partition(" ")[0].rpartition(".")[0] if "re." not in self.name else self.name.split()[0]

    @property
    def tidied(self) -> bool:
        """Whether it sees only text that was tidied: white space single, no line breaks."""
        return self.module in _TIDIED

    @property
    def most_letters(self) -> int | None:
        """How many letters it is ever given, where that is bounded."""
        return _BOUNDED.get(self.name)


def uses(built: Iterable[object]) -> list[Use]:
    """All patterns: of modules, in the calls of ``re`` itself, and in what stages hold once they are ``built``."""
    found: dict[tuple[Any, int], Use] = {}
    for module in _modules():
        tree = ast.parse(inspect.getsource(module))
        called = _called(tree)
        for name, value in vars(module).items():
            for pattern in _patterns(value, set()):
                use = Use(f"{module.__name__}.{name}", pattern, tuple(called.get(name, _METHODS)))
                found.setdefault((pattern.pattern, pattern.flags), use)
        for method, pattern in _inline(tree):
            use = Use(f"{module.__name__} re.{method}", pattern, (method,))
            found.setdefault((pattern.pattern, pattern.flags), use)
    for holder in built:
        for pattern in _patterns(holder, set()):
            name = f"in a {type(holder).__name__}"
            found.setdefault((pattern.pattern, pattern.flags), Use(name, pattern, _METHODS))
    return list(found.values())


def unseen(known: list[Use]) -> list[str]:
    """Places where the source makes a pattern that ``known`` cannot be known to have."""
    patterns = {use.pattern.pattern for use in known}
    names = {use.name for use in known}
    missed = []
    for module in _modules():
        tree = ast.parse(inspect.getsource(module))
        holders = {id(inner): _targets(node) for node in tree.body for inner in ast.walk(node)}
        functions = {
            id(inner): node.name
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            for inner in ast.walk(node)
        }
        for node in ast.walk(tree):
            where = f"{module.__name__}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.ImportFrom) and node.module == "re":
                missed.append(f"{where}: imports from re, where this test does not look")
            elif isinstance(node, ast.Import) and any(each.name == "re" and each.asname for each in node.names):
                missed.append(f"{where}: gives re another name")
            elif _makes_pattern(node):
                source = node.args[0]
                if isinstance(source, ast.Constant) and source.value in patterns:
                    continue
                function = functions.get(id(node))
                built = f"{module.__name__}.{function}" in _BUILT
                held = function is None and any(f"{module.__name__}.{name}" in names for name in holders[id(node)])
                if not built and not held:
                    missed.append(f"{where}: makes a pattern in a way that this test does not know: name it in _BUILT")
    return missed


def _targets(node: ast.stmt) -> list[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _makes_pattern(node: ast.AST) -> TypeGuard[ast.Call]:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.func.attr in (*_METHODS, "subn", "compile")
    )


def growth(use: Use, unit: str, small: int, large: int) -> float:
    """How many times longer ``use`` takes for ``large`` bytes than for ``small``, of one unit repeated.

    What takes less than a quarter of a second is no growth: caches and other programs decide it.
    """
    run = _runner(use)
    before, after = (_seconds(run, unit, size) for size in (small, large))
    return after / max(before, 1e-4) if after > 0.25 else 0.0


def seconds(use: Use, size: int) -> float:
    """How long ``use`` takes for so many bytes at their worst."""
    return _seconds(_runner(use), slowest_unit(use), size)


def slowest_unit(use: Use) -> str:
    """The unit that is slowest for few letters."""
    run = _runner(use)
    return max(_units(use), key=lambda unit: _seconds(run, unit, 1_000))


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


def _seconds(run: Callable[[str], None], unit: str, size: int) -> float:
    # The last letter makes what wants to end in something else fail.
    text = unit * (size // len(unit.encode())) + "\x02"
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
    for package in (streams, schemas):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            yield importlib.import_module(found.name)


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
