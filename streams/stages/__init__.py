"""The three stages as delivery runs them: from one record's bytes to the messages it becomes.

The only place where bytes, Kafka headers and topic names meet the pure functions of parse, tag and route.
"""

from streams.stages.builder import StageBuilder
from streams.stages.message import ORIGIN, REASONS, REDRIVEN, ROUTES

__all__ = ["ORIGIN", "REASONS", "REDRIVEN", "ROUTES", "StageBuilder"]
