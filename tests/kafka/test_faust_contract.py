"""The parts of Faust and aiokafka that we lean on and that nobody promises: this fails when one of them moves."""

import inspect

import aiokafka
import faust
from aiokafka.client import AIOKafkaClient
from aiokafka.conn import AIOKafkaConnection
from aiokafka.consumer import fetcher
from aiokafka.consumer.subscription_state import SubscriptionState, TopicPartitionState
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy, _DefaultRecordBatchPy
from faust.transport.drivers import aiokafka as driver


def test_the_versions_are_those_that_were_measured() -> None:
    assert faust.__version__ == "0.15.3"
    assert aiokafka.__version__ == "0.14.0"


def test_the_consumer_thread_can_be_made_to_hand_out_slices() -> None:
    assert list(inspect.signature(driver.AIOKafkaConsumerThread._fetch_records).parameters) == [
        "self",
        "consumer",
        "active_partitions",
        "timeout",
        "max_records",
    ]
    assert "transport" in inspect.signature(driver.AIOKafkaConsumerThread._create_worker_consumer).parameters
    assert isinstance(SubscriptionState.subscription, property)
    assert isinstance(TopicPartitionState.position, property)
    assert isinstance(TopicPartitionState.has_valid_position, property)


def test_offsets_can_be_kept_from_faust() -> None:
    assert "offsets" in inspect.signature(driver.Consumer._commit).parameters
    assert "_new_consumer_thread" in vars(driver.Consumer)


def test_records_can_be_read_and_written_whatever_their_headers_are_called() -> None:
    assert "MemoryRecords(" in inspect.getsource(fetcher.Fetcher._proc_fetch_request)
    assert inspect.getsource(_DefaultRecordBatchPy._read_msg).count('.decode("utf-8")') == 1, "names, nothing else"
    assert "self._buffer" in inspect.getsource(_DefaultRecordBatchPy._maybe_uncompress)
    assert 'h_key.encode("utf-8")' in inspect.getsource(_DefaultRecordBatchBuilderPy.append)
    assert callable(BatchBuilder._set_producer_state)
    assert list(inspect.signature(aiokafka.AIOKafkaProducer._partition).parameters)[1] == "topic"


def test_the_app_takes_our_transport_and_web() -> None:
    for name in ("_new_transport", "_new_web", "_create_directories"):
        assert callable(getattr(faust.App, name))


def test_a_broker_tells_its_requests() -> None:
    assert callable(AIOKafkaClient._get_conn)
    assert "_versions" in inspect.getsource(AIOKafkaConnection._do_version_lookup)
