"""The commands on a real broker: topics, ingest, tail, and dead letters with their redrive."""

import asyncio
import re
import signal
import subprocess
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import orjson
import pytest
from aiokafka import AIOKafkaProducer

from schemas.dead_letter import DeadLetter, Reason
from streams import redrive, topics
from streams.delivery.dead_letters import dead_letter, to_output
from streams.delivery.stage import Headers, Output, Record
from streams.delivery.stage_process import Refused
from streams.reading import read_all
from streams.settings import SLUGS, Settings
from tests.commands import RAFID, SECONDS, clean, invoke, run
from tests.kafka.conftest import WorkerFactory
from tests.kafka.workers import until
from tests.parse.builders import AR_TITLE, EN_TITLE, arabic_page, english_page

PDF = b"%PDF-1.7\n\xff\xfe\x00"


@pytest.fixture
def river(settings: Settings) -> Settings:
    """Settings of a river whose topics are made."""
    asyncio.run(topics.create(settings, settings.topics.all(("sport",))))
    return settings


def records(settings: Settings, topic: str) -> list[Record]:
    async def read() -> list[Record]:
        return [record async for record in read_all(settings, [topic])]

    return asyncio.run(read())


def send(settings: Settings, *outputs: Output) -> None:
    async def produce() -> None:
        options = {**settings.client_options(), "max_request_size": 16 * 2**20}
        async with AIOKafkaProducer(**options) as producer:
            for output in outputs:
                headers = list(output.headers)
                await producer.send_and_wait(output.topic, output.value, key=output.key, headers=headers)

    asyncio.run(produce())


def refuse(
    settings: Settings,
    offset: int,
    value: bytes | None = PDF,
    *,
    key: bytes | None = b"key",
    headers: Headers = (),
    reason: Reason = Reason.BINARY,
    stage: str = "parse",
    max_bytes: int = 10 * 2**20,
) -> Output:
    """The dead letter of a record of articles.raw, as a worker sends it."""
    record = Record(settings.topics.raw, 0, offset, 1, key, value, headers)
    letter = dead_letter(record, Refused(reason, "of the test"), stage=stage, version="1")
    return to_output(letter, topic=settings.topics.dead_letter, max_bytes=max_bytes)


def listed(settings: Settings, *options: str) -> list[dict[str, Any]]:
    """What `dead-letters list --json` shows."""
    result = invoke("dead-letters", "list", "--json", *options, settings=settings)
    assert result.exit_code == 0, result.output
    return [orjson.loads(line) for line in result.stdout.splitlines()]


def offsets(letters: list[dict[str, Any]]) -> list[int]:
    return sorted(letter["origin"]["offset"] for letter in letters)


class TestTopics:
    def test_are_created_once(self, settings: Settings) -> None:
        first = invoke("topics", "create", settings=settings)
        count = len(settings.topics.all())
        assert (first.exit_code, first.stderr) == (0, f"{count} topics created, 0 existed\n")
        assert set(first.stdout.split()) == {"created", *settings.topics.all()}
        second = invoke("topics", "create", settings=settings)
        assert (second.exit_code, second.stdout) == (0, "")
        assert second.stderr == f"0 topics created, {count} existed\n"

    def test_follow_the_routes(self, settings: Settings, tmp_path: Path) -> None:
        path = tmp_path / "routes.toml"
        path.write_text('[[route]]\nname = "mine"\nall = true\n', encoding="utf-8")
        created = invoke("topics", "create", "--routes", str(path), settings=settings).stdout
        assert settings.topics.stream("mine") in created
        assert settings.topics.stream(SLUGS[0]) not in created

    def test_are_listed_with_their_partitions(self, river: Settings) -> None:
        result = invoke("topics", "list", settings=river)
        names = sorted(river.topics.all(("sport",)))
        assert result.stdout.splitlines() == [f"{name}  2 partitions" for name in names]
        lines = invoke("topics", "list", "--json", settings=river).stdout.splitlines()
        assert [orjson.loads(line) for line in lines] == [{"topic": name, "partitions": 2} for name in names]

    def test_are_none_before_they_are_created(self, settings: Settings) -> None:
        assert invoke("topics", "list", settings=settings).output == ""


class TestIngest:
    def test_publishes_files_byte_for_byte_with_what_their_ending_tells(self, river: Settings, tmp_path: Path) -> None:
        (tmp_path / "page.html").write_bytes(b"<p>\xe9</p>\r\n")
        (tmp_path / "scan.bin").write_bytes(PDF)
        (tmp_path / "lines.jsonl").write_bytes(b'{"content": "a"}\n{"content": "b"}\n')
        files = [str(tmp_path / name) for name in ("page.html", "scan.bin", "lines.jsonl")]
        result = invoke("ingest", *files, settings=river)
        assert (result.exit_code, result.stderr) == (0, f"4 published to {river.topics.raw}\n")
        json = (("content-type", b"application/json"),)
        assert {(each.value, each.headers) for each in records(river, river.topics.raw)} == {
            (b"<p>\xe9</p>\r\n", (("content-type", b"text/html"),)),
            (PDF, ()),
            (b'{"content": "a"}\n', json),
            (b'{"content": "b"}\n', json),
        }

    def test_reads_standard_input(self, river: Settings) -> None:
        done = run("ingest", settings=river, stdin=english_page().encode())
        assert done.returncode == 0, done.stderr
        assert [each.value for each in records(river, river.topics.raw)] == [english_page().encode()]

    def test_says_at_once_when_there_is_no_topic(self, settings: Settings) -> None:
        done = run("ingest", settings=settings, stdin=b"a page")
        assert done.returncode == 69
        assert done.stderr.decode() == (
            f"rafid: missing topics: {settings.topics.raw}; make them with `rafid topics create`\n"
        )

    def test_says_when_a_page_is_larger_than_the_topic_takes(self, river: Settings) -> None:
        done = run("ingest", settings=river, stdin=b"x" * (topics.RAW_BYTES + 1))
        assert done.returncode == 69
        assert done.stderr == b"rafid: a message is larger than its topic takes (max.message.bytes)\n"


class TestTail:
    def test_shows_what_is_there_and_stops_after_so_many(self, river: Settings) -> None:
        send(river, *(Output(river.topics.raw, None, page.encode()) for page in (english_page(), arabic_page())))
        result = invoke("tail", "raw", "--from-beginning", "-n", "2", settings=river)
        assert result.exit_code == 0
        first_words = {" ".join(line.split("  ")[1].split()[:3]) for line in result.stdout.splitlines()}
        assert first_words == {" ".join(title.split()[:3]) for title in (EN_TITLE, AR_TITLE)}
        one = invoke("tail", "raw", "--from-beginning", "-n", "1", settings=river)
        assert len(one.stdout.splitlines()) == 1

    def test_shows_json_for_a_program(self, river: Settings) -> None:
        send(river, Output(river.topics.stream("sport"), b"k", b'{"a": 1}', (("h", b"v"),)))
        result = invoke("tail", "sport", "--from-beginning", "-n", "1", "--json", settings=river)
        told = orjson.loads(result.stdout)
        assert told.pop("partition") in (0, 1)
        assert told == {
            "topic": river.topics.stream("sport"),
            "offset": 0,
            "key": "k",
            "headers": {"h": "v"},
            "value": {"a": 1},
        }

    def test_shows_several_topics(self, river: Settings) -> None:
        send(river, Output(river.topics.raw, None, b"one"), Output(river.topics.unrouted, None, b"two"))
        result = invoke("tail", "raw", "unrouted", "--from-beginning", "-n", "2", settings=river)
        assert {line.rpartition("  ")[2] for line in result.stdout.splitlines()} == {"one", "two"}

    def test_says_which_topics_there_are(self, river: Settings) -> None:
        done = run("tail", "nope", settings=river)
        assert done.returncode == 69
        assert done.stderr.decode().startswith(f"rafid: no topic nope; there are {river.topics.dead_letter}, ")

    def test_shows_what_arrives_as_it_arrives_until_it_is_stopped(self, river: Settings, tmp_path: Path) -> None:
        shown = tmp_path / "shown"
        number = 0
        with shown.open("wb") as out:
            tail = subprocess.Popen([RAFID, "tail", "raw"], stdout=out, stderr=out, env=clean(river))

            def has_shown() -> bool:
                nonlocal number
                number += 1
                send(river, Output(river.topics.raw, None, b"news %d" % number))
                return b"news" in shown.read_bytes()

            until(has_shown, what="a message shown")
            tail.send_signal(signal.SIGINT)
            assert tail.wait(SECONDS) == 130
        assert re.fullmatch(rf"({re.escape(river.topics.raw)}/\d/\d+  news \d+\n)+", shown.read_text())


class TestDeadLetters:
    def test_of_a_worker_is_listed_shown_and_sent_back_as_it_came(
        self, river: Settings, new_worker: WorkerFactory
    ) -> None:
        worker = new_worker("streams.cli", "worker", "--agents", "parse")
        headers: Headers = (("content-type", b"text/plain"), ("x", b"\xff"), ("x", b"again"), ("null", None))
        send(river, Output(river.topics.raw, b"its key\xff", PDF, headers), Output(river.topics.raw, None, b"  "))
        until(lambda: len(listed(river)) == 2, what="two dead letters")
        worker.signal(signal.SIGTERM)
        assert worker.wait() == 0, worker.log

        (letter,) = listed(river, "--reason", "binary")
        assert (letter["stage"], letter["reason"], letter["size"]) == ("parse", "binary", len(PDF))
        assert "content" not in letter
        number = letter["number"]
        origin = letter["origin"]
        (line,) = invoke("dead-letters", "list", "--reason", "binary", settings=river).stdout.splitlines()
        place = f"{origin['topic']}/{origin['partition']}/{origin['offset']}"
        assert line.startswith(f"{number}  parse  binary  {place}  ")
        whole = DeadLetter.from_json(invoke("dead-letters", "show", number, settings=river).stdout)
        assert whole.content is not None
        assert whole.content.to_bytes() == PDF

        result = invoke("dead-letters", "redrive", number, settings=river)
        assert (result.exit_code, result.output) == (0, "1 sent back\n")
        both = [each for each in records(river, river.topics.raw) if each.value == PDF]
        assert [(each.key, each.headers) for each in both] == [(b"its key\xff", headers)] * 2
        assert len({each.partition for each in both}) == 1, "its key leads to the same partition"
        assert [each["reason"] for each in listed(river)] == ["empty"]

    def test_are_sent_back_once(self, river: Settings) -> None:
        send(river, refuse(river, 1), refuse(river, 2))
        assert invoke("dead-letters", "redrive", "--all", settings=river).output == "2 sent back\n"
        assert invoke("dead-letters", "redrive", "--all", settings=river).output == "0 sent back\n"
        assert len(records(river, river.topics.raw)) == 2
        assert listed(river) == []

    def test_refused_again_are_new_ones(self, river: Settings) -> None:
        send(river, refuse(river, 1))
        invoke("dead-letters", "redrive", "--all", settings=river)
        send(river, refuse(river, 7))
        assert offsets(listed(river)) == [7]
        assert invoke("dead-letters", "redrive", "--all", settings=river).output == "1 sent back\n"

    @pytest.mark.parametrize(
        ("options", "chosen"),
        [
            (("--reason", "binary"), [1, 3]),
            (("--stage", "tag"), [3]),
            (("--reason", "binary", "--stage", "parse"), [1]),
            (("--reason", "timeout", "--reason", "binary"), [1, 2, 3]),
            (("--stage", "route"), []),
        ],
        ids=["reason", "stage", "both", "reasons", "none"],
    )
    def test_can_be_chosen(self, river: Settings, options: tuple[str, ...], chosen: list[int]) -> None:
        send(river, refuse(river, 1), refuse(river, 2, reason=Reason.TIMEOUT), refuse(river, 3, key=b"3", stage="tag"))
        assert offsets(listed(river, *options)) == chosen
        invoke("dead-letters", "redrive", *options, settings=river)
        assert offsets(listed(river)) == sorted({1, 2, 3} - set(chosen))

    @pytest.mark.parametrize(("key", "value"), [(None, PDF), (b"", b""), (b"k", None), (b"\xff", b"")])
    def test_keep_what_is_empty_and_what_is_null(self, river: Settings, key: bytes | None, value: bytes | None) -> None:
        send(river, refuse(river, 1, value, key=key))
        assert invoke("dead-letters", "redrive", "--all", settings=river).exit_code == 0
        assert [(each.key, each.value) for each in records(river, river.topics.raw)] == [(key, value)]

    def test_that_were_cut_are_not_sent(self, river: Settings) -> None:
        cut = refuse(river, 1, b"x" * 200_000, max_bytes=100_000)
        assert DeadLetter.from_json(cut.value).truncated
        send(river, cut, refuse(river, 2))
        (number,) = [letter["number"] for letter in listed(river) if letter["truncated"]]
        result = invoke("dead-letters", "redrive", "--all", settings=river)
        assert result.exit_code == 1
        assert result.stdout == "1 sent back\n"
        assert result.stderr == f"not sent, their input was too large to keep: {number}\n"
        assert [each.value for each in records(river, river.topics.raw)] == [PDF]
        assert offsets(listed(river)) == [1]
        assert run("dead-letters", "redrive", "--all", settings=river).returncode == 1

    def test_that_this_version_cannot_read_do_not_hide_the_others(self, river: Settings) -> None:
        newer = refuse(river, 1).value.replace(b'"binary"', b'"a-reason-to-come"')
        topic = river.topics.dead_letter
        send(river, Output(topic, b"a", newer), Output(topic, None, b"no letter"), refuse(river, 2))
        done = run("dead-letters", "list", settings=river)
        assert done.returncode == 0
        assert f"{river.topics.raw}/0/2" in done.stdout.decode()
        assert done.stderr.count(b"is not a dead letter that this version can read") == 2
        assert run("dead-letters", "redrive", "--all", settings=river).stdout == b"1 sent back\n"

    def test_that_are_not_there_are_told(self, river: Settings) -> None:
        done = run("dead-letters", "show", "0/99", settings=river)
        assert done.returncode == 66
        assert done.stderr == b"rafid: no dead letter 0/99: see `rafid dead-letters list`\n"


class TestRedrivesAtTheSameTime:
    COUNT = 40

    def test_send_each_letter_once(self, river: Settings) -> None:
        values = [b"%d" % number for number in range(self.COUNT)]
        send(river, *(refuse(river, number, value) for number, value in enumerate(values)))
        with ThreadPoolExecutor(3) as pool:
            done = list(pool.map(lambda _: run("dead-letters", "redrive", "--all", settings=river), range(3)))
        assert {each.returncode for each in done} <= {0, 69}
        assert 0 in {each.returncode for each in done}, "whoever came last goes on to the end"
        for each in done:
            if each.returncode:
                assert re.fullmatch(
                    rb"rafid: another redrive began meanwhile; \d+ were sent back before: .*\n", each.stderr
                )
        assert sorted(each.value or b"" for each in records(river, river.topics.raw)) == sorted(values)
        assert listed(river) == []

    def test_one_that_was_overtaken_sends_nothing_more(self, river: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        """The second begins when the first has sent one of two."""
        send(river, refuse(river, 1, b"one"), refuse(river, 2, b"two"))

        letters, second = redrive.letters, []

        async def interrupted(*_: Any, **__: Any) -> AsyncIterator[redrive.Letter]:
            monkeypatch.setattr(redrive, "letters", letters)
            sent = False
            async for letter in letters(river):
                if sent:
                    second.extend((await redrive.redrive(river)).sent)
                yield letter
                sent = True

        monkeypatch.setattr(redrive, "letters", interrupted)
        with pytest.raises(redrive.Overtaken, match="; 1 were sent back before"):
            asyncio.run(redrive.redrive(river))
        assert len(second) == 1
        assert sorted(each.value or b"" for each in records(river, river.topics.raw)) == [b"one", b"two"]
        assert listed(river) == []
