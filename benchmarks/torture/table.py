"""The torture's last table, in Markdown: a line a run."""

from collections.abc import Sequence

from benchmarks.torture.run import Row, seconds

HEAD = (
    "fault",
    "times",
    "inputs",
    "seed",
    "lost",
    "duplicated",
    "wrong",
    "first commit after, s",
    "all partitions after, s",
    "workers that stopped",
    "memory of a worker, MiB",
    "took, s",
)


def table(rows: Sequence[Row]) -> str:
    """All rows; recovery as median / largest, memory as first → last of the one that changed most, and the largest."""
    lines = [HEAD, ("---",) * len(HEAD), *map(_cells, rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _cells(row: Row) -> tuple[str, ...]:
    balance = row.balance
    return (
        row.name,
        str(row.times),
        f"{balance.noted:,}" + (f" ({balance.expired} expired)" if balance.expired else ""),
        str(row.seed),
        *(f"**{count}**" for count in (balance.lost, balance.duplicated, balance.wrong)),
        seconds([each.first for each in row.recoveries]),
        seconds([each.all for each in row.recoveries]),
        row.exits or "–",
        row.memory,
        f"{row.seconds:.0f}" + (" (ended early)" if row.trouble else ""),
    )
