"""The peer: aiokafka alone, one hop, at least once: consume, send, flush, commit. No stage, no dead letters."""

import asyncio
import os
import signal

import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer


async def loop() -> None:
    servers, prefix = os.environ["RAFID_BOOTSTRAP_SERVERS"], os.environ["RAFID_TOPIC_PREFIX"]
    outputs = os.environ["OUTPUTS"].split(",")
    consumer = AIOKafkaConsumer(
        f"{prefix}in",
        bootstrap_servers=servers,
        group_id=os.environ["RAFID_GROUP"],
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        max_poll_records=500,
    )
    producer = AIOKafkaProducer(bootstrap_servers=servers, linger_ms=5, max_batch_size=262144, acks="all")
    await consumer.start()
    await producer.start()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    while not stop.is_set():
        batch = await consumer.getmany(timeout_ms=200)
        sent = [
            await producer.send(outputs[r.offset % len(outputs)], r.value, key=r.key, headers=list(r.headers))
            for records in batch.values()
            for r in records
        ]
        if sent:
            await asyncio.wait(sent)
            await consumer.commit()
    await producer.stop()
    await consumer.stop()


if __name__ == "__main__":
    uvloop.run(loop())
