"""Dead letters on a real broker: listed, shown, sent back and discarded, each once, whatever breaks."""

import asyncio
import gc
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from aiokafka import AIOKafkaProducer

from schemas.dead_letter import DeadLetter, Reason
from schemas.discarded_letter import DiscardedLetter
from streams.dead_letters import redrive, writer
from streams.dead_letters.letters import Letter, Selection, letters
from streams.dead_letters.writer import Overtaken
from streams.delivery import header_names
from streams.delivery.dead_letters import dead_letter, to_output
from streams.delivery.stage import Headers, Output, Record
from streams.delivery.stage_process import Refused
from streams.settings import Settings
from tests.commands import SECONDS, clean, invoke, run
from tests.kafka.conftest import WorkerFactory
from tests.kafka.killed_redrive import BATCH
from tests.kafka.river import records, send
from tests.kafka.workers import until
from tests.parse.builders import english_page

PDF = b"%PDF-1.7\n\xff\xfe\x00"
AT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


def refuse(
    settings: Settings,
    offset: int,
    value: bytes | None = PDF,
    *,
    key: bytes | None = b"key",
    headers: Headers = (),
    reason: Reason = Reason.BINARY,
    stage: str = "parse",
    topic: str | None = None,
    max_bytes: int = 10 * 2**20,
    at: datetime = AT,
) -> Output:
    """The dead letter of a record of articles.raw, as a worker sends it."""
    record = Record(topic or settings.topics.raw, 0, offset, 1, key, value, headers)
    letter = dead_letter(record, Refused(reason, "of the test"), stage=stage, version="1", at=at)
    return to_output(letter, topic=settings.topics.dead_letter, max_bytes=max_bytes)


def listed(settings: Settings, *options: str) -> list[dict[str, Any]]:
    """What `dead-letters list --json` shows."""
    result = invoke("dead-letters", "list", "--json", *options, settings=settings)
    assert result.exit_code == 0, result.output
    return [orjson.loads(line) for line in result.stdout.splitlines()]


def offsets(letters: list[dict[str, Any]]) -> list[int]:
    return sorted(letter["origin"]["offset"] for letter in letters)


def ours(record: Record) -> dict[str, bytes | None]:
    """The headers that a redrive adds."""
    return {name: value for name, value in record.headers if name in ("rafid-attempt", "rafid-origin")}


def others(record: Record) -> Headers:
    return tuple(header for header in record.headers if header[0] not in ("rafid-attempt", "rafid-origin"))


def test_of_a_worker_are_listed_shown_and_sent_back_and_their_items_carry_the_first_origin(
    river: Settings, new_worker: WorkerFactory
) -> None:
    worker = new_worker("streams.cli", "worker", "--agents", "parse", RAFID_TEXT_BYTES="100")
    headers: Headers = (("content-type", b"text/plain"), ("x", b"\xff"), ("x", b"again"), ("null", None))
    page = english_page().encode()
    send(river, Output(river.topics.raw, b"its key\xff", page, headers), Output(river.topics.raw, None, b"  "))
    until(lambda: len(listed(river)) == 2, what="two dead letters")
    worker.signal(signal.SIGTERM)
    assert worker.wait() == 0, worker.log

    (letter,) = listed(river, "--reason", "too-large")
    assert (letter["stage"], letter["size"], letter["attempts"]) == ("parse", len(page), 1)
    assert abs(datetime.fromisoformat(letter["refused_at"]) - datetime.now(UTC)).total_seconds() < 120
    assert "content" not in letter
    number, origin = letter["number"], letter["origin"]
    place = f"{origin['topic']}/{origin['partition']}/{origin['offset']}"
    shown = invoke("dead-letters", "show", number, settings=river).stdout
    for told in (
        f"origin     {place}\n",
        "reason     too-large: ",
        "now        would pass: 1 to ",
        "header     x: \\xff\n",
    ):
        assert told in shown
    assert invoke("dead-letters", "show", number, "--bytes", settings=river).stdout_bytes == page
    whole = DeadLetter.from_json(invoke("dead-letters", "show", number, "--json", settings=river).stdout)
    assert whole.content is not None
    assert whole.content.to_bytes() == page
    dry = invoke("dead-letters", "redrive", "--all", "--dry-run", settings=river)
    assert dry.exit_code == 0
    assert f"{number}  parse  too-large  would pass: 1 to {river.topics.parsed}\n" in dry.stdout
    assert "parse  empty  would be refused again: empty: " in dry.stdout
    assert dry.stderr == "1 would be refused again (empty), 1 would pass\n"
    assert len(records(river, river.topics.raw)) == 2, "a dry run sends nothing"

    result = invoke("dead-letters", "redrive", number, settings=river)
    assert (result.exit_code, result.output) == (0, "1 sent back\n")
    first, copy = [each for each in records(river, river.topics.raw) if each.value == page]
    assert (copy.key, others(copy)) == (first.key, first.headers) == (b"its key\xff", headers)
    assert copy.partition == first.partition
    assert ours(copy) == {"rafid-attempt": b"2", "rafid-origin": place.encode()}
    assert [each["reason"] for each in listed(river)] == ["empty"]

    new_worker("streams.cli", "worker", "--agents", "parse")
    until(lambda: bool(records(river, river.topics.parsed)), what="a parsed article")
    (parsed,) = records(river, river.topics.parsed)
    sent = dict(parsed.headers)
    assert sent["rafid-origin"] == place.encode()
    assert sent["rafid-redriven"] == f"{copy.topic}/{copy.partition}/{copy.offset}".encode()


class TestRedrive:
    def test_sends_each_letter_once(self, river: Settings) -> None:
        send(river, refuse(river, 1), refuse(river, 2))
        assert invoke("dead-letters", "redrive", "--all", settings=river).output == "2 sent back\n"
        assert invoke("dead-letters", "redrive", "--all", settings=river).output == "0 sent back\n"
        assert len(records(river, river.topics.raw)) == 2
        assert listed(river) == []

    def test_sends_what_was_refused_again_but_not_for_ever(self, river: Settings) -> None:
        place = f"{river.topics.raw}/0/1".encode()
        again: Headers = (("rafid-origin", place), ("rafid-attempt", b"2"))
        send(river, refuse(river, 7, headers=again))
        assert invoke("dead-letters", "redrive", "--all", settings=river).output == "1 sent back\n"
        (copy,) = records(river, river.topics.raw)
        assert ours(copy) == {"rafid-origin": place, "rafid-attempt": b"3"}

        send(river, refuse(river, 8, headers=(*again[:1], ("rafid-attempt", b"5"))))
        kept = invoke("dead-letters", "redrive", "--all", settings=river)
        assert (kept.exit_code, kept.stdout) == (1, "0 sent back\n")
        assert "1 not sent (" in kept.stderr
        assert "RAFID_REDRIVE_ATTEMPTS" in kept.stderr
        forced = invoke("dead-letters", "redrive", "--all", "--force", settings=river)
        assert (forced.exit_code, forced.stdout) == (0, "1 sent back\n")

    @pytest.mark.parametrize(("key", "value"), [(None, PDF), (b"", b""), (b"k", None), (b"\xff", b"")])
    def test_keeps_what_is_empty_and_what_is_null(
        self, river: Settings, key: bytes | None, value: bytes | None
    ) -> None:
        send(river, refuse(river, 1, value, key=key))
        assert invoke("dead-letters", "redrive", "--all", settings=river).exit_code == 0
        assert [(each.key, each.value) for each in records(river, river.topics.raw)] == [(key, value)]

    def test_does_not_send_what_was_cut_nor_where_the_river_does_not_read(self, river: Settings) -> None:
        cut = refuse(river, 1, b"x" * 200_000, max_bytes=100_000)
        assert DeadLetter.from_json(cut.value).truncated
        send(river, cut, refuse(river, 2), refuse(river, 3, topic=river.topics.stream("sport")))
        result = invoke("dead-letters", "redrive", "--all", settings=river)
        assert (result.exit_code, result.stdout) == (1, "1 sent back\n")
        assert "too large to keep" in result.stderr
        assert "from no topic that this river reads" in result.stderr
        assert [each.value for each in records(river, river.topics.raw)] == [PDF]
        assert records(river, river.topics.stream("sport")) == []
        assert offsets(listed(river)) == [1, 3]
        assert run("dead-letters", "redrive", "--all", settings=river).returncode == 1

    @pytest.mark.parametrize(("moment", "left"), [("before", 25), ("after", 15)])
    def test_that_was_killed_is_gone_on_with(self, river: Settings, moment: str, left: int) -> None:
        values = [b"%d" % number for number in range(BATCH + 25)]
        send(river, *(refuse(river, number, value, key=None) for number, value in enumerate(values)))
        killed = subprocess.run(
            [sys.executable, "-m", "tests.kafka.killed_redrive", moment], env=clean(river), timeout=SECONDS, check=False
        )
        assert killed.returncode == -signal.SIGKILL
        assert invoke("dead-letters", "redrive", "--all", settings=river).output == f"{left} sent back\n"
        assert Counter(each.value for each in records(river, river.topics.raw)) == Counter(values)
        assert listed(river) == []

    def test_sees_the_marks_behind_an_open_transaction(self, river: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        """What a worker has begun to write holds back all behind it from readers of what is committed."""
        send(river, refuse(river, 1))

        async def redrive_twice() -> list[int]:
            options = {**river.client_options(), "transactional_id": f"{river.group}-worker"}
            async with AIOKafkaProducer(**options) as worker:

                async def held_back(*_: Any, **__: Any) -> AsyncIterator[Letter]:
                    monkeypatch.setattr(redrive, "letters", letters)
                    async for each in letters(river, Selection()):
                        await worker.begin_transaction()
                        await worker.send_and_wait(river.topics.dead_letter, b"no letter", partition=each.partition)
                        yield each

                monkeypatch.setattr(redrive, "letters", held_back)
                first = await redrive.redrive(river, Selection())
                again = asyncio.create_task(redrive.redrive(river, Selection()))
                _, waits = await asyncio.wait([again], timeout=1)
                assert waits, "it went on without the marks behind the open transaction"
                await worker.abort_transaction()
                return [first.sent, (await again).sent]

        assert asyncio.run(redrive_twice()) == [1, 0]
        assert len(records(river, river.topics.raw)) == 1


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
                    rb"rafid: another redrive or discard began meanwhile; \d+ letters were done before: see "
                    rb"`rafid dead-letters list`\n",
                    each.stderr,
                )
        assert sorted(each.value or b"" for each in records(river, river.topics.raw)) == sorted(values)
        assert listed(river) == []

    @pytest.mark.parametrize("seen", ["at the end", "between two sends"])
    def test_the_one_that_was_overtaken_sends_nothing_more(
        self, seen: str, river: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The second begins when the first has one of two in hand."""
        send(river, refuse(river, 1, b"one"), refuse(river, 2, b"two"))
        second: list[int] = []

        async def send_and_wait(*arguments: Any, **options: Any) -> asyncio.Future[Any]:
            under_way = await header_names.send(*arguments, **options)
            await asyncio.wait([under_way])
            return under_way

        if seen == "between two sends":
            monkeypatch.setattr(writer, "send", send_and_wait)

        async def interrupted(*_: Any, **__: Any) -> AsyncIterator[Letter]:
            monkeypatch.setattr(redrive, "letters", letters)
            sent = False
            async for letter in letters(river, Selection()):
                if sent:
                    second.append((await redrive.redrive(river, Selection())).sent)
                yield letter
                sent = True

        monkeypatch.setattr(redrive, "letters", interrupted)
        with pytest.raises(Overtaken, match="; 0 letters were done before"):
            asyncio.run(redrive.redrive(river, Selection()))
        gc.collect()  # aiokafka forgets futures that failed; asyncio says so here, and not in the midst of a later test
        assert second == [2]
        assert sorted(each.value or b"" for each in records(river, river.topics.raw)) == [b"one", b"two"]
        assert listed(river) == []


class TestList:
    @pytest.fixture
    def full(self, river: Settings) -> Settings:
        """A river with three letters that differ in all that letters are chosen by."""
        url: Headers = (("url", b"https://www.gulf.example/1"),)
        envelope = b'{"content": 5, "source": "Reuters"}'
        send(
            river,
            refuse(river, 1, headers=url),
            refuse(river, 2, envelope, reason=Reason.TIMEOUT, at=AT.replace(hour=5)),
            refuse(river, 3, key=b"3", stage="tag"),
        )
        return river

    def test_chooses(self, full: Settings) -> None:
        for options, chosen in (
            (("--reason", "binary"), [1, 3]),
            (("--stage", "tag"), [3]),
            (("--reason", "binary", "--stage", "parse"), [1]),
            (("--reason", "timeout", "--reason", "binary"), [1, 2, 3]),
            (("--stage", "route"), []),
            (("--source", "gulf.example"), [1]),
            (("--source", "reuters"), [2]),
            (("--since", "2026-11-25T04:00"), [2]),
            (("--until", "2026-11-25T04:00+00:00"), [1, 3]),
            (("--since", "2026-11-25", "--until", "2026-11-26"), [1, 2, 3]),
        ):
            assert offsets(listed(full, *options)) == chosen, options
        invoke("dead-letters", "redrive", "--source", "reuters", settings=full)
        assert offsets(listed(full)) == [1, 3]

    def test_counts(self, full: Settings) -> None:
        assert listed(full, "--counts", "--reason", "binary", "--stage", "tag") == [
            {"stage": "tag", "reason": "binary", "count": 1}
        ]
        shown = invoke("dead-letters", "list", "--counts", settings=full).stdout.splitlines()
        assert sorted(shown) == sorted(
            ["        1  parse  binary", "        1  parse  timeout", "        1  tag    binary"]
        )

    def test_passes_over_what_this_version_cannot_read(self, river: Settings) -> None:
        newer = refuse(river, 1).value.replace(b'"binary"', b'"a-reason-to-come"')
        topic = river.topics.dead_letter
        send(river, Output(topic, b"a", newer), Output(topic, None, b"no letter"), refuse(river, 2))
        done = run("dead-letters", "list", settings=river)
        assert done.returncode == 0
        assert f"{river.topics.raw}/0/2" in done.stdout.decode()
        assert done.stderr.count(b"is not a dead letter that this version can read") == 2
        assert run("dead-letters", "redrive", "--all", settings=river).stdout == b"1 sent back\n"

    def test_says_which_letter_is_not_there(self, river: Settings) -> None:
        for number in ("0/99", "99/0", "first"):
            done = invoke("dead-letters", "show", number, settings=river)
            assert (done.exit_code, done.stderr) == (
                66,
                f"rafid: no dead letter {number}: see `rafid dead-letters list`\n",
            )


class TestDiscard:
    def test_takes_letters_off_the_list_and_keeps_who_and_why(self, river: Settings) -> None:
        cut = refuse(river, 1, b"x" * 200_000, max_bytes=100_000)
        send(river, cut, refuse(river, 2), refuse(river, 3, reason=Reason.EMPTY))
        result = invoke(
            "dead-letters", "discard", "--reason", "binary", "--because", "scans", "--by", "lina", settings=river
        )
        assert (result.exit_code, result.stdout) == (0, "2 discarded\n")
        assert offsets(listed(river)) == [3]
        assert records(river, river.topics.raw) == []
        lines = [DiscardedLetter.from_json(each.value or b"") for each in records(river, river.topics.audit)]
        letters = {each.key: DeadLetter.from_json(each.value or b"") for each in (cut, refuse(river, 2))}
        assert {(line.origin, line.sha256, line.size) for line in lines} == {
            (letter.origin, letter.sha256, letter.size) for letter in letters.values()
        }
        assert {(line.because, line.discarded_by, line.reason) for line in lines} == {("scans", "lina", Reason.BINARY)}
        again = invoke("dead-letters", "discard", "--all", "--because", "the rest", settings=river)
        assert again.stdout == "1 discarded\n"

    def test_needs_its_audit(self, settings: Settings) -> None:
        done = run("dead-letters", "discard", "--all", "--because", "x", settings=settings)
        assert done.returncode == 69
        assert b"missing topics:" in done.stderr
        assert settings.topics.audit.encode() in done.stderr
