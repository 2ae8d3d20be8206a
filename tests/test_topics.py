"""The river's topics on a cluster: made once, left alone after that."""

import pytest
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from streams import topics
from streams.delivery.preflight import BrokerRefused, connect, require
from streams.delivery.rights import MissingTopics
from streams.settings import Settings
from streams.topics import DAY, DEAD_LETTER_BYTES, ITEM_BYTES, RAW_BYTES, configs


class TestConfigs:
    SETTINGS = Settings(topic_prefix="x.")

    def test_dead_letters_wait_longest_and_take_the_most(self) -> None:
        names = self.SETTINGS.topics.all()
        found = {name: configs(self.SETTINGS, name) for name in names}
        letters = found.pop(self.SETTINGS.topics.dead_letter)
        assert (letters["retention.ms"], letters["max.message.bytes"]) == (str(30 * DAY), str(DEAD_LETTER_BYTES))
        assert found.pop(self.SETTINGS.topics.audit) == {"retention.ms": "-1"}, "an audit is kept"
        assert {int(each["retention.ms"]) for each in found.values()} == {7 * DAY}
        assert {each["message.timestamp.type"] for each in found.values()} == {"LogAppendTime"}

    def test_raw_takes_the_largest_page_and_a_dead_letter_that_page_in_base64(self) -> None:
        raw = int(configs(self.SETTINGS, "x.articles.raw")["max.message.bytes"])
        assert raw == RAW_BYTES > self.SETTINGS.html_bytes
        assert DEAD_LETTER_BYTES > RAW_BYTES * 4 / 3

    @pytest.mark.parametrize(("replication", "least"), [(1, None), (2, None), (3, "2")])
    def test_of_three_replicas_two_must_have_a_record(self, replication: int, least: str | None) -> None:
        names = self.SETTINGS.topics.all()
        found = {configs(self.SETTINGS, name, replication).get("min.insync.replicas") for name in names}
        assert found == {least}

    @pytest.mark.parametrize("name", ["x.articles.parsed", "x.articles.topic.sport", "x.articles.unrouted"])
    def test_items_are_smaller(self, name: str) -> None:
        assert configs(self.SETTINGS, name)["max.message.bytes"] == str(ITEM_BYTES)


async def test_what_is_missing_is_created_and_what_exists_is_left_as_it_is(settings: Settings) -> None:
    raw, parsed = settings.topics.raw, settings.topics.parsed
    assert await topics.create(settings, [raw]) == ([raw], [])
    more = settings.model_copy(update={"partitions": 5})
    assert await topics.create(more, [raw, parsed]) == ([parsed], [raw])
    assert await topics.partitions(settings) == {raw: 2, parsed: 5}


async def test_topics_have_their_configs(settings: Settings) -> None:
    name = settings.topics.dead_letter
    await topics.create(settings, [name])
    admin = await connect(settings.client_options(), patience=10)
    try:
        asked = dict(configs(settings, name))
        resource = ConfigResource(ConfigResourceType.TOPIC, name, configs=dict.fromkeys(asked, ""))
        (response,) = await admin.describe_configs([resource])
    finally:
        await admin.close()
    assert {config[0]: config[1] for resource in response.resources for config in resource[4]} == asked


async def test_only_topics_of_this_river_are_listed(settings: Settings) -> None:
    other = settings.model_copy(update={"topic_prefix": f"{settings.topic_prefix}other."})
    await topics.create(settings, [settings.topics.raw])
    await topics.create(other, [other.topics.raw, f"{settings.topic_prefix}in"])
    assert list(await topics.partitions(settings)) == [settings.topics.raw]


async def test_a_broker_that_refuses_is_told_with_the_topic(settings: Settings) -> None:
    wish = settings.model_copy(update={"replication": 100})
    with pytest.raises(BrokerRefused, match=rf"topic {settings.topics.raw} was not created: .*[Rr]eplication"):
        await topics.create(wish, [settings.topics.raw])


async def test_a_required_topic_that_is_missing_is_told_with_what_to_do(settings: Settings) -> None:
    needs = {settings.topics.raw: ["Write"]}
    with pytest.raises(MissingTopics, match=rf"{settings.topics.raw}; make them with `rafid topics create`"):
        await require(settings.client_options(), needs, patience=5)
    await topics.create(settings, [settings.topics.raw])
    await require(settings.client_options(), needs, patience=5)


async def test_no_broker_is_told_with_what_to_do() -> None:
    away = Settings(bootstrap_servers="127.0.0.1:1", broker_patience=0.1)
    with pytest.raises(BrokerRefused, match=r"127\.0\.0\.1:1 .*rafid broker.*RAFID_BOOTSTRAP_SERVERS"):
        await topics.create(away, ["articles.raw"])
