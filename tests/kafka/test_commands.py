"""The commands on a real broker: topics, ingest and tail."""

import re
import signal
from pathlib import Path

import orjson

from streams import topics
from streams.delivery.stage import Output
from streams.settings import SLUGS, Settings
from tests.commands import SECONDS, invoke, run, started
from tests.kafka.river import records, send
from tests.kafka.workers import until
from tests.parse.builders import AR_TITLE, EN_TITLE, arabic_page, english_page

PDF = b"%PDF-1.7\n\xff\xfe\x00"


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
        with shown.open("wb") as out, started("tail", "raw", settings=river, stdout=out) as tail:

            def has_shown() -> bool:
                nonlocal number
                number += 1
                send(river, Output(river.topics.raw, None, b"news %d" % number))
                return b"news" in shown.read_bytes()

            until(has_shown, what="a message shown")
            tail.send_signal(signal.SIGINT)
            assert tail.wait(SECONDS) == 130
        assert re.fullmatch(rf"({re.escape(river.topics.raw)}/\d/\d+  news \d+\n)+", shown.read_text())
