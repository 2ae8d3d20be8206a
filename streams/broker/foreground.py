"""An embedded broker in the foreground, until somebody ends it: `rafid broker`."""

import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from streams.broker.embedded import EmbeddedKafka
from streams.broker.jars import KAFKA


def run_in_foreground(
    *,
    data: Path | None,
    port: int | None,
    nodes: int,
    write: Callable[[str], object] = sys.stdout.write,
) -> None:
    """Run a broker until SIGINT or SIGTERM; raise `BrokerError` if it cannot start, or ends by itself."""
    # SIGTERM interrupts the start and the wait just as Ctrl-C does.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with EmbeddedKafka(data=data, port=port, nodes=nodes) as kafka:
            kept = "kept" if data else "thrown away at the end; --data FOLDER keeps it"
            write(f"Apache Kafka {KAFKA} is ready: {kafka.bootstrap_servers}\n")
            write(f"Data: {kafka.folder} ({kept})\nCtrl-C ends it.\n")
            sys.stdout.flush()
            while True:
                time.sleep(0.5)
                kafka.check()
    except KeyboardInterrupt:
        write("The broker has ended.\n")
    finally:
        signal.signal(signal.SIGTERM, before)
