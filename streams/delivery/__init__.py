"""Delivery: every input exactly once, whatever breaks. Knows nothing of articles.

slices.py (what one poll brought) → lane.py (one partition, in order) → stage_process.py (computing) →
transaction.py (outputs, dead letters and position together).
"""

from streams.delivery.stage import Headers, Output, Record, Stage, StageFactory

__all__ = ["Headers", "Output", "Record", "Stage", "StageFactory"]
