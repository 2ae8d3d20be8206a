"""Every `rafid …` that a document shows is a command with those options. The README's are run, in test_readme.py."""

import re
import shlex
from pathlib import Path
from typing import Any

import pytest
import typer

from streams.cli import app

ROOT = Path(__file__).parents[2]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "streams").rglob("*.md")])
SHOWN = re.compile(r"(?:`|^\s*|\| |&& |-- )(?:\$ )?rafid ([a-z][^`|&#\n]*)", re.MULTILINE)


def commands() -> list[tuple[str, str]]:
    return [(page.name, shown.strip()) for page in PAGES for shown in SHOWN.findall(page.read_text())]


@pytest.mark.parametrize(("page", "shown"), commands())
def test_a_command_that_a_document_shows_is_one(page: str, shown: str) -> None:
    command: Any = typer.main.get_command(app)
    words = [word for word in shlex.split(shown.replace("…", "")) if word]
    while hasattr(command, "commands"):
        assert words, f"{page}: rafid {shown}"
        assert words[0] in command.commands, f"{page}: rafid {shown}"
        command = command.commands[words.pop(0)]
    known = {option for parameter in command.params for option in parameter.opts} | {"--help", "--version"}
    for word in words:
        if word.startswith("-") and word != "-":
            assert word.split("=")[0] in known, f"{page}: rafid {shown}"


def test_the_documents_show_commands() -> None:
    assert len(commands()) > 20
