"""The files of a deployment, read as the tests need them."""

import json
import re
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).parents[2]
COMPOSE_FILE = ROOT / "docker-compose.yml"
_VARIABLE = re.compile(r"\$\{(\w+)(?::-([^}]*))?\}")


def compose() -> dict[str, Any]:
    """docker-compose.yml as Compose sees it where nothing is set: every variable has its default."""
    text = _VARIABLE.sub(lambda found: found[2] or "", COMPOSE_FILE.read_text())
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def variables_without_default() -> list[str]:
    """Names that whoever starts it would have to set first."""
    return [found[1] for found in _VARIABLE.finditer(COMPOSE_FILE.read_text()) if found[2] is None]


def environment(service: str) -> dict[str, str]:
    """The environment of a service in docker-compose.yml."""
    return {name: str(value) for name, value in compose()["services"][service]["environment"].items()}


class Instruction(NamedTuple):
    """One instruction of a Dockerfile, its continued lines joined."""

    name: str
    value: str

    def json(self) -> list[str]:
        """The command in exec form, behind the options and CMD of a HEALTHCHECK."""
        command: list[str] = json.loads(self.value[self.value.index("[") :])
        return command


def dockerfile() -> list[Instruction]:
    """The instructions of the Dockerfile, in order."""
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    text = "\n".join(line for line in lines if not line.startswith("#"))
    joined = re.sub(r"\\\n\s*", "", text).splitlines()
    return [Instruction(*line.split(maxsplit=1)) for line in joined if line.strip()]


def instruction(name: str) -> Instruction:
    """The last instruction of this name, the one that counts."""
    return next(each for each in reversed(dockerfile()) if each.name == name)
