"""Measurements, each a program: ``python -m benchmarks.NAME``. Ratios against a peer in the same run, never tests."""
