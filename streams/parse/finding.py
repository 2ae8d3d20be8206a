"""What parse found where: the trace that ``rafid explain`` shows."""

from typing import NamedTuple

from streams.parse.lexicon import Role


class Finding(NamedTuple):
    """One line of a page and what it was taken for. ``line_number`` counts from 1; ``why`` is for a
    person."""

    line_number: int
    text: str
    role: Role
    why: str
