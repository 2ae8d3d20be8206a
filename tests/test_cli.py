"""The command `rafid`, without a broker: what it says, where, and the exit code it ends with."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
import typer

from schemas.dead_letter import DeadLetter, Reason
from schemas.generate import generated
from schemas.news_item import NewsItem
from schemas.parsed_article import ParsedArticle
from streams.cli import app
from tests.commands import RAFID, SECONDS, clean, invoke, run, started
from tests.parse.builders import AR_TITLE, EN_TITLE, arabic_page, english_page
from tests.route.items import item

NOWHERE = "127.0.0.1:1"  # where no broker answers
SHELLS = ["bash", "zsh", "fish"]


def said(done: subprocess.CompletedProcess[bytes]) -> str:
    return done.stderr.decode()


@pytest.fixture
def broken_routes(tmp_path: Path) -> Path:
    """A file of routes with a mistake in line 3."""
    path = tmp_path / "mine.toml"
    path.write_text('[[route]]\nname = "x"\ntopics = ["polticis"]\n', encoding="utf-8")
    return path


def names(group: typer.Typer) -> list[str]:
    command = typer.main.get_command(group)
    return list(command.commands)  # type: ignore[attr-defined]


class TestHelp:
    def test_names_every_command_with_what_it_is_for(self) -> None:
        shown = run("--help")
        rows = dict(re.findall(r"^  ([a-z-]+) +(\S.*)$", shown.stdout.decode().partition("Commands:")[2], re.MULTILINE))
        assert shown.returncode == 0
        assert rows.keys() == set(names(app))
        assert {"parse", "tag", "route", "worker", "topics", "dead-letters", "ingest", "tail", "demo"} <= rows.keys()

    @pytest.mark.parametrize("group", ["topics", "dead-letters", "contracts"])
    def test_of_a_group_names_its_commands(self, group: str) -> None:
        command = typer.main.get_command(app).commands[group]  # type: ignore[attr-defined]
        shown = invoke(group, "--help").stdout
        assert len(command.commands) >= 2
        for name, each in command.commands.items():
            assert re.search(rf"^  {name} +\S", shown, re.MULTILINE), name
            assert each.help
            assert invoke(group, name, "-h").exit_code == 0

    @pytest.mark.parametrize("name", names(app))
    def test_of_a_command_says_what_it_does(self, name: str) -> None:
        assert re.match(rf"Usage: \w+ {name} .*\n\n  \w", invoke(name, "-h").stdout)

    def test_is_shown_when_there_is_no_command(self) -> None:
        shown = run()
        assert shown.returncode == 2
        assert "Usage: rafid" in shown.stdout.decode() + said(shown)

    def test_loads_nothing_that_a_command_works_with(self) -> None:
        """What makes it quick: 0.2 s, against two with the models."""
        code = (
            "import sys; sys.argv = ['rafid', '--help']\n"
            "from streams.cli import main\n"
            "try: main()\n"
            "except SystemExit: print(*sys.modules, file=sys.stderr)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, timeout=SECONDS, env=clean(), check=True
        )
        loaded = {name.partition(".")[0] for name in said(done).split()}
        assert "typer" in loaded
        assert not loaded & {"faust", "aiokafka", "pydantic", "trafilatura", "numpy", "lxml", "structlog", "orjson"}


class TestCompletion:
    @pytest.mark.parametrize("shell", SHELLS)
    def test_is_shown_for_the_shell_that_asks(self, shell: str) -> None:
        # A shell is known by the name that its process runs under.
        done = subprocess.run(
            [shell, "-c", f"{RAFID} --show-completion; exit $?"],
            executable="/bin/sh",
            capture_output=True,
            timeout=SECONDS,
            env=clean(),
            check=False,
        )
        assert done.returncode == 0, said(done)
        assert f"complete_{shell}" in done.stdout.decode()

    @pytest.mark.parametrize(
        ("shell", "asked"),
        [
            ("bash", {"COMP_WORDS": "rafid top", "COMP_CWORD": "1"}),
            ("zsh", {"_TYPER_COMPLETE_ARGS": "rafid top"}),
            ("fish", {"_TYPER_COMPLETE_ARGS": "rafid top", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}),
        ],
    )
    def test_completes_a_command(self, shell: str, asked: dict[str, str]) -> None:
        done = run(env={"_RAFID_COMPLETE": f"complete_{shell}", **asked})
        assert done.returncode == 0, said(done)
        assert "topics" in done.stdout.decode()
        assert "worker" not in done.stdout.decode()


def test_the_version_is_that_of_the_package() -> None:
    done = run("--version")
    assert (done.returncode, done.stderr) == (0, b"")
    assert re.fullmatch(rb"rafid \d+\.\d+\.\d+\S*\n", done.stdout)


class TestWrongCommandLine:
    """Exit code 2, and what there is to choose from."""

    @pytest.mark.parametrize(
        ("words", "told"),
        [
            (("worker", "--agents", "parse,nope"), "no agent nope; there are parse, tag, route"),
            (("worker", "--agents", ""), "there are parse, tag, route"),
            (("dead-letters", "list", "--reason", "nope"), "there are empty, undecodable, binary"),
            (("dead-letters", "list", "--since", "soon"), "'soon' is no time; write ISO 8601"),
            (
                ("dead-letters", "redrive"),
                "say which: numbers, --reason, --stage, --source, --since, --until, or --all",
            ),
            (("dead-letters", "discard", "--because", "old"), "say which: numbers, --reason"),
            (("dead-letters", "discard", "--all", "--because", " "), "say why"),
            (("contracts", "show", "nope"), "no contract nope; there are raw-article.schema.json"),
            (("tail", "-n", "0", "raw"), "Invalid value for '--count' / '-n'"),
            (("tail",), "Missing argument"),
            (("nope",), "No such command 'nope'"),
            (("broker", "--nodes", "4"), "Invalid value for '--nodes'"),
        ],
    )
    def test_is_told(self, words: tuple[str, ...], told: str) -> None:
        result = invoke(*words)
        assert result.exit_code == 2
        assert told in result.stderr
        assert result.stdout == ""

    def test_is_the_exit_code_of_the_process(self) -> None:
        done = run("worker", "--agents", "nope")
        assert done.returncode == 2
        assert "Traceback" not in said(done)


class TestMisconfigured:
    """Exit code 78, and the setting or the line."""

    @pytest.mark.parametrize(
        "words", [("route",), ("worker", "-b", NOWHERE), ("topics", "create", "-b", NOWHERE), ("explain", "-")]
    )
    def test_routes_are_told_by_file_line_and_field(self, broken_routes: Path, words: tuple[str, ...]) -> None:
        done = run(*words, "--routes", str(broken_routes), stdin=english_page().encode())
        assert done.returncode == os.EX_CONFIG
        last = said(done).splitlines()[-1]
        assert last.startswith(f'rafid: {broken_routes}, line 3: route "x", field topics: ')
        assert "polticis" in last

    def test_routes_of_the_environment_as_well(self, broken_routes: Path) -> None:
        done = run("route", env={"RAFID_ROUTES": str(broken_routes)})
        assert (done.returncode, len(said(done).splitlines())) == (os.EX_CONFIG, 1)

    @pytest.mark.parametrize(
        ("setting", "text"), [("RAFID_TOPIC_THRESHOLDS", "polticis = 60\n"), ("RAFID_TOPIC_MODEL", "no model")]
    )
    def test_files_of_the_tag_stage_are_told_before_a_worker_asks_for_a_broker(
        self, tmp_path: Path, setting: str, text: str
    ) -> None:
        path = tmp_path / "file"
        path.write_text(text, encoding="utf-8")
        done = run("worker", "-b", NOWHERE, env={setting: str(path)})
        assert (done.returncode, len(said(done).splitlines())) == (os.EX_CONFIG, 1)
        assert str(path) in said(done)

    def test_site_rules_as_well(self, tmp_path: Path) -> None:
        (tmp_path / "example.org.toml").write_text("domain = 5\n", encoding="utf-8")
        done = run("worker", "-b", NOWHERE, env={"RAFID_SOURCES": str(tmp_path)})
        assert (done.returncode, len(said(done).splitlines())) == (os.EX_CONFIG, 1)
        assert "example.org.toml" in said(done)

    def test_settings_are_told_by_the_name_that_a_user_knows(self) -> None:
        done = run("topics", "list", env={"RAFID_PARTITIONS": "many", "RAFID_LOG_LEVEL": "loud"})
        assert done.returncode == os.EX_CONFIG
        assert "setting RAFID_PARTITIONS: Input should be a valid integer" in said(done)
        assert "setting RAFID_LOG_LEVEL: Input should be 'debug', 'info', 'warning' or 'error'" in said(done)
        assert "Traceback" not in said(done)

    def test_settings_that_do_not_go_together_are_told(self) -> None:
        done = run("topics", "list", env={"RAFID_SECURITY_PROTOCOL": "SASL_SSL"})
        assert done.returncode == os.EX_CONFIG
        password = "RAFID_SASL_PASSWORD or RAFID_SASL_PASSWORD_FILE"
        assert said(done) == f"rafid: SASL_SSL needs RAFID_SASL_USERNAME, and {password}: set both\n"

    def test_options_go_before_the_environment(self) -> None:
        done = run("worker", "--web-port", "70000", env={"RAFID_WEB_PORT": "0"})
        assert done.returncode == os.EX_CONFIG
        assert "RAFID_WEB_PORT" in said(done)


class TestNoInput:
    """Exit code 66, and the file."""

    @pytest.mark.parametrize("command", ["parse", "explain"])
    def test_a_missing_file_is_told(self, tmp_path: Path, command: str) -> None:
        done = run(command, str(tmp_path / "missing.txt"))
        assert done.returncode == os.EX_NOINPUT
        assert said(done) == f"rafid: {tmp_path / 'missing.txt'}: No such file or directory\n"

    def test_a_folder_is_no_file(self, tmp_path: Path) -> None:
        done = run("parse", str(tmp_path))
        assert (done.returncode, said(done)) == (os.EX_NOINPUT, f"rafid: {tmp_path}: Is a directory\n")

    def test_what_came_before_a_missing_file_is_out(self, tmp_path: Path) -> None:
        page = tmp_path / "page.txt"
        page.write_text(english_page(), encoding="utf-8")
        done = run("parse", str(page), str(tmp_path / "missing.txt"))
        assert done.returncode == os.EX_NOINPUT
        assert ParsedArticle.from_json(done.stdout).title == EN_TITLE


class TestNoBroker:
    """Exit code 69, and what to do."""

    @pytest.mark.parametrize(
        "words",
        [
            ("topics", "create"),
            ("topics", "list"),
            ("tail", "raw"),
            ("ingest", "-"),
            ("dead-letters", "list"),
            ("dead-letters", "show", "0/0"),
            ("dead-letters", "redrive", "--all"),
            ("dead-letters", "redrive", "--all", "--dry-run"),
            ("dead-letters", "discard", "--all", "--because", "x"),
            ("worker",),
        ],
        ids=" ".join,
    )
    def test_is_told(self, words: tuple[str, ...]) -> None:
        done = run(*words, "-b", NOWHERE, env={"RAFID_BROKER_PATIENCE": "0.1"}, stdin=b"a page")
        assert done.returncode == os.EX_UNAVAILABLE
        last = said(done).splitlines()[-1]
        assert last.startswith(f"rafid: no Kafka broker answers at {NOWHERE} (")
        assert "`rafid broker`" in last
        assert "RAFID_BOOTSTRAP_SERVERS" in last
        assert "Traceback" not in said(done)
        assert "Unclosed" not in said(done)


class TestParse:
    def test_pages_become_articles_on_one_line_each(self, tmp_path: Path) -> None:
        files = [tmp_path / "en.txt", tmp_path / "ar.html"]
        files[0].write_text(english_page(), encoding="utf-8")
        files[1].write_text(f"<html><body><article><h1>{AR_TITLE}</h1>{_paragraphs()}</article></body></html>", "utf-8")
        result = invoke("parse", *map(str, files))
        assert result.exit_code == 0
        assert [ParsedArticle.from_json(line).title for line in result.stdout.splitlines()] == [EN_TITLE, AR_TITLE]
        assert result.stderr == ""

    def test_a_refused_input_is_a_dead_letter_on_stderr_and_costs_the_others_nothing(self, tmp_path: Path) -> None:
        pdf, last = tmp_path / "scan.pdf", tmp_path / "last.txt"
        pdf.write_bytes(b"%PDF-1.7\n\xff\x00")
        last.write_text(arabic_page(), encoding="utf-8")
        done = run("parse", "-", str(pdf), str(last), stdin=english_page().encode())
        assert done.returncode == 1
        assert [ParsedArticle.from_json(line).title for line in done.stdout.splitlines()] == [EN_TITLE, AR_TITLE]
        letter = DeadLetter.from_json(done.stderr)
        assert letter.reason is Reason.BINARY
        assert letter.detail.startswith(f"{pdf}: ")
        assert letter.content is not None
        assert letter.content.to_bytes() == b"%PDF-1.7\n\xff\x00"

    def test_envelopes_are_read_from_stdin_a_line_each(self) -> None:
        lines = [orjson.dumps({"content": page}) for page in (english_page(), arabic_page())]
        result = invoke("parse", "--envelopes", stdin=b"\n".join([lines[0], b'{"content": 4}', lines[1]]))
        assert result.exit_code == 1
        assert [ParsedArticle.from_json(line).title for line in result.stdout.splitlines()] == [EN_TITLE, AR_TITLE]
        letter = DeadLetter.from_json(result.stderr)
        assert letter.reason is Reason.INVALID_ENVELOPE
        assert letter.detail.startswith("standard input, line 2: content: ")


def _paragraphs() -> str:
    return "".join(f"<p>{line}</p>" for line in arabic_page().splitlines()[1:])


class TestPipe:
    def test_the_stages_make_a_river(self) -> None:
        parsed = run("parse", stdin=english_page().encode())
        tagged = run("tag", stdin=parsed.stdout)
        routed = run("route", stdin=tagged.stdout)
        assert [each.returncode for each in (parsed, tagged, routed)] == [0, 0, 0]
        assert NewsItem.from_json(tagged.stdout).headlines[0].value == EN_TITLE
        line = orjson.loads(routed.stdout)
        assert line["item"] == orjson.loads(tagged.stdout)
        assert line["topics"]

    def test_routes_can_be_given(self, tmp_path: Path) -> None:
        path = tmp_path / "routes.toml"
        path.write_text('[[route]]\nname = "mine"\nall = true\n', encoding="utf-8")
        result = invoke("route", "--routes", str(path), stdin=item(title=EN_TITLE).to_json())
        assert orjson.loads(result.stdout)["topics"] == ["articles.topic.mine"]

    @pytest.mark.parametrize("command", ["tag", "route"])
    def test_a_line_that_is_none_of_ours_is_refused(self, command: str) -> None:
        result = invoke(command, stdin=b"nothing of ours\n")
        assert (result.exit_code, result.stdout) == (1, "")
        assert DeadLetter.from_json(result.stderr).reason is Reason.INVALID_MESSAGE

    @pytest.mark.parametrize("command", ["tag", "route"])
    def test_no_input_is_no_output(self, command: str) -> None:
        result = invoke(command)
        assert (result.exit_code, result.output) == (0, "")

    def test_a_reader_that_leaves_early_is_no_failure_to_tell(self) -> None:
        article = ParsedArticle(id="a", title=EN_TITLE, paragraphs=("x" * 1000,)).to_json() + b"\n"
        # 2 MB: more than pipe and buffers hold, so that writing goes on after `head` has left.
        done = subprocess.run(
            ["/bin/sh", "-c", f"{RAFID} tag | head -n 1"],
            input=article * 2000,
            capture_output=True,
            timeout=SECONDS,
            env=clean(),
            check=False,
        )
        assert done.stderr == b""
        assert done.stdout.count(b"\n") == 1


class TestExplain:
    def test_tells_the_path_of_a_page(self, tmp_path: Path) -> None:
        page = tmp_path / "page.txt"
        page.write_text(english_page(), encoding="utf-8")
        result = invoke("explain", str(page))
        assert result.exit_code == 0
        assert all(part in result.stdout for part in (str(page), EN_TITLE, "tags", "goes to"))

    def test_of_a_refused_page_ends_with_1(self) -> None:
        result = invoke("explain", "-", stdin=b"%PDF-1.7\n\x00")
        assert result.exit_code == 1
        assert "refused   binary" in result.stdout


class TestContracts:
    def test_are_listed_and_shown_byte_for_byte(self) -> None:
        listed = invoke("contracts", "list").stdout.split()
        assert listed == list(generated())
        for name in listed:
            assert invoke("contracts", "show", name).stdout_bytes == generated()[name]

    def test_are_written_and_checked(self, tmp_path: Path) -> None:
        folder = tmp_path / "new" / "folder"
        assert invoke("contracts", "generate", "--folder", str(folder)).exit_code == 0
        assert {path.name: path.read_bytes() for path in folder.iterdir()} == generated()
        result = invoke("contracts", "check", "--folder", str(folder))
        assert (result.exit_code, result.output) == (0, "")

    def test_that_have_drifted_are_told(self, tmp_path: Path) -> None:
        invoke("contracts", "generate", "--folder", str(tmp_path))
        (tmp_path / "asyncapi.json").write_bytes(b"{}")
        result = invoke("contracts", "check", "--folder", str(tmp_path))
        assert result.exit_code == 1
        assert f"{tmp_path / 'asyncapi.json'}: differs from the models" in result.stderr
        assert "rafid contracts generate" in result.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_command_that_is_stopped_leaves_without_a_traceback(number: signal.Signals) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        # A broker that takes the connection and says nothing: the command waits.
        place = f"127.0.0.1:{server.getsockname()[1]}"
        server.settimeout(SECONDS)
        with started("topics", "list", "-b", place) as process:
            connection, _ = server.accept()
            process.send_signal(number)
            said, _ = process.communicate(timeout=SECONDS)
            connection.close()
    assert process.returncode == (130 if number == signal.SIGINT else -number)
    assert said == b""
