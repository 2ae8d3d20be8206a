"""The torture: real workers on a real Apache Kafka, faults from a seed, and books that must balance.

``python -m benchmarks.torture --help`` (or ``make torture``); docs/reliability.md has what it found.

inputs.py (what is published, and what must become of it) → books.py (what became of it), while crew.py's workers
run on cluster.py's brokers and faults.py breaks both; watch.py measures how soon work resumes.
"""
