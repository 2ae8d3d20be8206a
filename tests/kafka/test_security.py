"""A cluster that asks who is there: we get in by TLS and SASL, do with the rights that docs/security.md lists, tell no secret.

One broker for all, with listeners for each way in; the rights are parsed from the page and given as they stand there.
"""

import asyncio
import re
import shlex
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import Result

from streams import topics
from streams.app import river
from streams.cli import _readable
from streams.delivery.handshake import NotLetIn
from streams.delivery.preflight import check, connect
from streams.delivery.rights import NotAllowed
from streams.failure import Misconfigured
from streams.filters import Input
from streams.ingest import ingest
from streams.reading import read_all
from streams.settings import SLUGS, Settings
from tests.commands import invoke, run
from tests.kafka.conftest import WorkerFactory
from tests.kafka.secured import Acl, SecuredKafka, secured_kafka
from tests.kafka.workers import Worker, until
from tests.parse.builders import english_page

PAGE = Path(__file__).parents[2] / "docs" / "security.md"
SHA_256 = {"sasl_mechanism": "SCRAM-SHA-256"}
SECONDS = 10.0  # within which a refusal is told
WRONG = "w0rd-that-opens-nothing"


def rights_of(command: str) -> list[Acl]:
    """What docs/security.md tells to allow for a command."""
    section = PAGE.read_text().split(f"\n### {command}\n", 1)[1].split("\n#", 1)[0]
    return [acl for line in re.findall(r"^acls (.*)$", section, re.MULTILINE) for acl in _acls(shlex.split(line))]


def _acls(words: list[str]) -> Iterator[Acl]:
    options = list(zip(words[::2], words[1::2], strict=True))
    prefixed = ("--resource-pattern-type", "prefixed") in options
    kinds = {"--topic": "TOPIC", "--group": "GROUP", "--transactional-id": "TRANSACTIONAL_ID"}
    for kind, name in options:
        if kind in kinds:
            for option, operation in options:
                if option == "--operation":
                    yield Acl(kinds[kind], name, prefixed, re.sub(r"(?<=[a-z])(?=[A-Z])", "_", operation).upper())


WORKER = rights_of("rafid worker")
COMMANDS = {
    "topics create": rights_of("rafid topics create"),
    "ingest": rights_of("rafid ingest"),
    "tail raw --from-beginning -n 1": rights_of("rafid tail"),
    "dead-letters list": rights_of("rafid dead-letters list"),
    "dead-letters redrive --all --dry-run": rights_of("rafid dead-letters show, and redrive --dry-run"),
    "dead-letters redrive --all": rights_of("rafid dead-letters redrive"),
    "dead-letters discard --all --because test": rights_of("rafid dead-letters discard"),
}


@pytest.fixture(scope="module")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredKafka]:
    """The broker, with the river's topics and a dead letter, as its administrator made them."""
    with secured_kafka(tmp_path_factory.mktemp("secured")) as kafka:
        asyncio.run(topics.create(kafka.administrator, kafka.administrator.topics.all()))
        yield kafka


@pytest.fixture
def settings(kafka: SecuredKafka) -> Settings:
    """Settings of our user."""
    return kafka.settings(web_port=0)


def publish(kafka: SecuredKafka, *values: bytes) -> None:
    asyncio.run(ingest(kafka.administrator, [Input("test", value) for value in values]))


def count(kafka: SecuredKafka, *names: str) -> int:
    async def read() -> int:
        return len([record async for record in read_all(kafka.administrator, names)])

    return asyncio.run(read())


def pages_out(kafka: SecuredKafka) -> int:
    """Pages that went all the way."""
    streams = kafka.administrator.topics
    return count(kafka, streams.unrouted, *map(streams.stream, SLUGS))


def without(rights: list[Acl], *taken: Acl) -> list[Acl]:
    return [right for right in rights if right not in taken]


def names(right: Acl) -> re.Pattern[str]:
    """A message that names this right."""
    operation = right.operation.title().replace("_", "")
    kind = right.resource.lower().replace("_", " ")
    return re.compile(rf"{operation} on {kind} [^;]*{re.escape(right.name)}")


# --- what each needs, and that it needs it


def test_the_worker_does_with_its_rights_and_stops_when_one_is_taken_away(
    kafka: SecuredKafka, new_worker: WorkerFactory
) -> None:
    kafka.allow(WORKER)
    worker = new_worker("streams.cli", "worker", RAFID_LOG_LEVEL="debug")
    send_through(kafka, worker)
    right = Acl("TOPIC", "articles.tagged", False, "WRITE")
    assert right in WORKER
    kafka.allow(without(WORKER, right))
    publish(kafka, english_page().encode())
    assert worker.wait(20) == 77, worker.log
    (told,) = [line for line in worker.log.splitlines() if line.startswith("rafid: ")]
    assert names(right).search(told)
    assert kafka.password not in worker.log


def test_workers_get_in_each_way(kafka: SecuredKafka, new_worker: WorkerFactory) -> None:
    """A page passes three workers of one agent each, the certificate's, that with PLAIN and that with SCRAM-SHA-256."""
    kafka.allow(WORKER)
    ways = {"parse": kafka.settings("MUTUAL"), "tag": kafka.settings("PLAIN"), "route": kafka.settings(**SHA_256)}
    workers = [
        new_worker("streams.cli", "worker", "--agents", agent, "--web-port", "0", settings=way, RAFID_LOG_LEVEL="debug")
        for agent, way in ways.items()
    ]
    send_through(kafka, *workers)
    for worker in workers:
        assert worker.process is not None
        worker.process.terminate()
    for worker in workers:
        assert worker.wait() == 0, worker.log
        assert kafka.password not in worker.log


def send_through(kafka: SecuredKafka, *workers: Worker) -> None:
    """Publish a page and wait until it is at the river's end."""
    before = pages_out(kafka)
    publish(kafka, english_page().encode())
    until(lambda: pages_out(kafka) > before or any(map(ended, workers)), what="a page at the river's end")


def ended(worker: Worker) -> bool:
    assert worker.process is not None
    assert worker.process.poll() is None, worker.log
    return False


async def _preflight(settings: Settings) -> None:
    reaches = river(settings, SLUGS).values()
    await check(
        settings.client_options(),
        group=settings.group,
        inputs=[reach.input for reach in reaches],
        outputs={topic for reach in reaches for topic in reach.outputs},
        patience=5,
    )


def test_each_right_of_the_worker_is_needed(kafka: SecuredKafka, settings: Settings) -> None:
    for right in WORKER:
        kafka.allow(without(WORKER, right))
        with pytest.raises(NotAllowed) as refused:
            asyncio.run(_preflight(settings))
        told = str(refused.value).split(": ", 1)[1]
        assert names(right).search(told), told


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_does_with_its_rights_and_names_the_one_that_lacks(
    command: str, kafka: SecuredKafka, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streams.topics.LEADER_TRIES", 2)
    publish(kafka, b"a page")
    river = kafka.administrator.topics
    rights = COMMANDS[command]
    for right in rights:
        kafka.refuse(river.raw, river.parsed, river.tagged)
        kafka.allow(without(rights, right))
        started = time.monotonic()
        failed = invoke(*command.split(), settings=settings, stdin=b"a page")
        assert failed.exit_code, f"{command} does without {right}"
        assert names(right).search(told(failed)) or "that this user may not Describe" in told(failed), right
        assert time.monotonic() - started < SECONDS
    kafka.allow(rights)
    done = invoke(*command.split(), settings=settings, stdin=b"a page")
    assert done.exit_code == 0, told(done)


def told(result: Result) -> str:
    """What a user reads."""
    return _readable(result.exception) if isinstance(result.exception, Exception) else result.output


# --- getting in, and being told why not


@pytest.mark.parametrize(
    ("listener", "given"),
    [
        ("MUTUAL", {}),
        ("PLAIN", {}),
        ("SCRAM", {}),
        ("SCRAM", SHA_256),
    ],
)
async def test_every_way_in(listener: str, given: dict[str, Any], kafka: SecuredKafka) -> None:
    admin = await connect(kafka.settings(listener, **given).client_options(), patience=0)
    await admin.close()


TLS_ONLY = {"security_protocol": "SSL"}
NO_CERTIFICATE = {"ssl_certfile": None, "ssl_keyfile": None}
NO_TLS = {"security_protocol": "PLAINTEXT"}
WRONG_PASSWORD: dict[str, Any] = {"sasl_password_file": None, "sasl_password": WRONG}


@pytest.mark.parametrize(
    ("listener", "given", "message"),
    [
        ("SCRAM", WRONG_PASSWORD, "user 'rafid' with this password is refused by SCRAM-SHA-512: .*RAFID_SASL_PASSWORD"),
        ("PLAIN", WRONG_PASSWORD, "user 'rafid' with this password is refused by PLAIN"),
        ("SCRAM", {"sasl_username": "nobody"}, "user 'nobody' .* is refused"),
        ("SCRAM", {"sasl_mechanism": "PLAIN"}, "does not take PLAIN: see RAFID_SASL_MECHANISM"),
        ("SCRAM", {"ssl_cafile": "other-ca.pem"}, "not trusted .*issuer.*: RAFID_SSL_CAFILE"),
        ("EXPIRED", {}, "not trusted .*expired"),
        ("SCRAM", {"host": "localhost"}, "not trusted .*not valid for 'localhost'.*RAFID_BOOTSTRAP_SERVERS"),
        ("SCRAM", NO_TLS, "it speaks TLS and we do not: see RAFID_SECURITY_PROTOCOL"),
        ("SCRAM", {"security_protocol": "SASL_PLAINTEXT"}, "it speaks TLS and we do not"),
        ("SCRAM", TLS_ONLY, "asks for a user and password"),
        ("MUTUAL", NO_CERTIFICATE, "ends the TLS handshake .*CERTIFICATE_REQUIRED.*: see RAFID_SSL_CERTFILE"),
        ("MUTUAL", {"ssl_certfile": "other-client.pem", "ssl_keyfile": "other-client.key"}, "ends the TLS handshake"),
        ("CLIENT", TLS_ONLY, "does not speak TLS: see RAFID_SECURITY_PROTOCOL"),
        ("CLIENT", {}, "does not speak TLS"),
        ("CLIENT", {"security_protocol": "SASL_PLAINTEXT"}, "asks for no user and password"),
    ],
)
# aiokafka leaves the transport of a connection that was refused to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
async def test_a_broker_that_does_not_let_us_in_says_why(
    listener: str, given: dict[str, Any], message: str, kafka: SecuredKafka
) -> None:
    started = time.monotonic()
    with pytest.raises(NotLetIn, match=message) as refused:
        await connect(kafka.settings(listener, **given).client_options(), patience=300)
    assert time.monotonic() - started < SECONDS
    assert refused.value.exit_code == 77
    assert kafka.password not in str(refused.value)
    assert WRONG not in str(refused.value)
    await hung_up()


async def hung_up() -> None:
    """Wait until every socket is closed: aiokafka lets go of a refused connection in its own time."""
    sockets = asyncio.get_running_loop()._selector.get_map()  # type: ignore[attr-defined]
    while len(sockets) > 1:  # one is the loop's own
        await asyncio.sleep(0.01)
    await asyncio.sleep(0)


# --- the password stays where it is


def test_a_wrong_password_ends_a_worker_in_seconds_and_is_not_shown(kafka: SecuredKafka) -> None:
    settings = kafka.settings(**WRONG_PASSWORD)
    done = run("worker", settings=settings, env={"RAFID_SASL_PASSWORD": WRONG, "RAFID_LOG_LEVEL": "debug"})
    assert done.returncode == 77, done.stderr
    assert b"with this password is refused" in done.stderr
    assert WRONG.encode() not in done.stdout + done.stderr


def test_no_help_and_no_wrong_setting_shows_the_password() -> None:
    env = {"RAFID_SASL_PASSWORD": WRONG, "RAFID_SECURITY_PROTOCOL": "SASL_SSL"}
    for words in ([], ["worker"], ["ingest"], ["tail"], ["topics", "create"], ["dead-letters", "redrive"]):
        shown = invoke(*words, "--help", env=env)
        assert shown.exit_code == 0
        assert WRONG not in shown.output
    wrong = invoke("worker", env=env)
    assert isinstance(wrong.exception, Misconfigured)
    assert WRONG not in "".join(traceback.format_exception(wrong.exception))
