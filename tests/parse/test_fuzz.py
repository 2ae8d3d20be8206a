"""Mutated pages: a short form of ``benchmarks.parse_fuzz``."""

from benchmarks.parse_fuzz import run


def test_mutated_inputs_become_articles_or_are_refused() -> None:
    reports: list[str] = []

    assert run(1_000, 1, reports.append) == 0, reports
