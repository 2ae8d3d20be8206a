"""Typed settings, read from the environment (``RAFID_*``) once, at the edge, and passed down as arguments."""

import ssl
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import Field, FilePath, PrivateAttr, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas.media_topics import MEDIA_TOPICS

AgentName = Literal["parse", "tag", "route"]
SERVERS = r"^\s*[^\s,:]+:\d{1,5}(\s*,\s*[^\s,:]+:\d{1,5})*\s*$"  # host:port; no user, no URL
SLUGS = tuple(topic.slug for topic in MEDIA_TOPICS)
AGENT_NAMES: tuple[AgentName, ...] = ("parse", "tag", "route")


class Topics(NamedTuple):
    """The names of the river's topics."""

    prefix: str

    @property
    def raw(self) -> str:
        """What feed producers publish to."""
        return f"{self.prefix}articles.raw"

    @property
    def parsed(self) -> str:
        """Parsed articles: from parse to tag."""
        return f"{self.prefix}articles.parsed"

    @property
    def tagged(self) -> str:
        """News items, all of them: from tag to route."""
        return f"{self.prefix}articles.tagged"

    @property
    def unrouted(self) -> str:
        """News items that no route sent anywhere."""
        return f"{self.prefix}articles.unrouted"

    @property
    def dead_letter(self) -> str:
        """What a stage refused."""
        return f"{self.prefix}articles.dead-letter"

    @property
    def audit(self) -> str:
        """Which dead letters were discarded, by whom and why."""
        return f"{self.prefix}articles.dead-letter.audit"

    def stream(self, name: str) -> str:
        """The topic stream of an IPTC slug or of one of the user's own names."""
        return f"{self.prefix}articles.topic.{name}"

    def all(self, streams: tuple[str, ...] = SLUGS) -> tuple[str, ...]:
        """Every topic of the river, for the given topic streams."""
        return (
            self.raw,
            self.parsed,
            self.tagged,
            *(self.stream(name) for name in streams),
            self.unrouted,
            self.dead_letter,
            self.audit,
        )


class Settings(BaseSettings):
    """Everything that can be set. docs/operating.md explains each; ``rafid worker --help`` names the usual ones."""

    # Errors without the input: it may be a password.
    model_config = SettingsConfigDict(env_prefix="RAFID_", frozen=True, extra="ignore", hide_input_in_errors=True)

    # Kafka
    bootstrap_servers: str = Field(
        default="127.0.0.1:9092", pattern=SERVERS, description="host:port, several by commas"
    )
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "PLAIN"
    sasl_username: str | None = None
    sasl_password: SecretStr | None = None
    sasl_password_file: Path | None = Field(default=None, description="holds the password, as Docker secrets do")
    ssl_cafile: FilePath | None = Field(default=None, description="CA certificates in PEM; default: the system's")
    ssl_certfile: FilePath | None = Field(default=None, description="our certificate in PEM, and those it hangs on")
    ssl_keyfile: FilePath | None = Field(default=None, description="its private key in PEM; default: in ssl_certfile")
    group: str = Field(default="rafid", min_length=1, description="consumer group, and prefix of the transactional ids")
    topic_prefix: str = Field(default="", pattern=r"^[A-Za-z0-9._-]*$", description="put before every topic name")
    partitions: int = Field(default=4, ge=1, description="of the topics that `rafid topics create` makes")
    replication: int = Field(default=0, ge=0, description="likewise; 0: three, or as many as there are brokers")

    # Slices: what one transaction holds at most, and how long small traffic is gathered for one
    slice_records: int = Field(default=500, ge=1)
    slice_bytes: int = Field(default=4 * 2**20, ge=1)
    slice_seconds: float = Field(default=2.0, gt=0, description="of computing; what is left becomes the next slice")
    slice_linger: float = Field(default=0.05, ge=0, description="seconds to wait for more records of a small slice")

    # Limits
    text_bytes: int = Field(default=1_000_000, ge=1, description="a larger text page becomes a dead letter")
    html_bytes: int = Field(default=5_000_000, ge=1, description="likewise, of HTML and feeds")
    stage_timeout: float = Field(default=10.0, gt=0, description="seconds one input may compute in one stage")
    stage_memory: int = Field(default=2**30, ge=1, description="bytes the process of one stage may hold; on Linux")
    dead_letter_share: float = Field(
        default=0.2, gt=0, le=1, description="of the last dead_letter_window inputs, above which an agent stops"
    )
    dead_letter_window: int = Field(default=1000, ge=1)
    dead_letter_least: int = Field(default=200, ge=1, description="inputs; fewer are judged as that many")
    dead_letter_rate: int = Field(default=1000, ge=1, description="dead letters a minute, above which an agent stops")
    redrive_attempts: int = Field(default=5, ge=1, description="after which a redrive leaves a letter, unless forced")
    broker_patience: float = Field(default=300.0, gt=0, description="seconds without a broker until a worker stops")

    # Parse, tag and route
    sources: Path | None = Field(default=None, description="folder of site rules, <domain>.toml; default: none")
    topic_model: Path | None = Field(default=None, description="made by `rafid train topics`; default: the shipped one")
    topic_thresholds: Path | None = Field(default=None, description="thresholds.toml: least confidence by topic")
    routes: Path | None = Field(default=None, description="routes.toml; default: one stream for each IPTC topic")

    explain_tags: bool = Field(default=False, description="each item says in the header rafid-reasons why its tags")

    # Operations
    web_host: str = "127.0.0.1"
    web_port: int = Field(default=6066, ge=0, le=65535, description="health and metrics; 0 is none")
    log_format: Literal["auto", "json", "terminal"] = "auto"
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    _password: str | None = PrivateAttr(default=None)

    @model_validator(mode="after")
    def _credentials_are_whole(self) -> "Settings":
        if self.sasl_password and self.sasl_password_file:
            raise ValueError("RAFID_SASL_PASSWORD and RAFID_SASL_PASSWORD_FILE are both set: set one")
        if self.sasl_password_file:
            self._password = _read_secret(self.sasl_password_file, "RAFID_SASL_PASSWORD_FILE")
        elif self.sasl_password:
            self._password = self.sasl_password.get_secret_value()
        if self.security_protocol.startswith("SASL") and not (self.sasl_username and self._password):
            raise ValueError(
                f"{self.security_protocol} needs RAFID_SASL_USERNAME, and RAFID_SASL_PASSWORD or "
                "RAFID_SASL_PASSWORD_FILE: set both"
            )
        if self.ssl_keyfile and not self.ssl_certfile:
            raise ValueError("RAFID_SSL_KEYFILE is set without RAFID_SSL_CERTFILE: set both, or neither")
        self.ssl_context()  # what is wrong with the files is told now
        return self

    @property
    def topics(self) -> Topics:
        """The names of the river's topics under this prefix."""
        return Topics(self.topic_prefix)

    def ssl_context(self) -> ssl.SSLContext | None:
        """TLS with certificate and host name checked, and our own certificate shown if there is one.

        None when the protocol has no TLS. Raises ``ValueError`` for files that are not what they should be.
        """
        if "SSL" not in self.security_protocol:
            return None
        try:
            context = ssl.create_default_context(cafile=str(self.ssl_cafile) if self.ssl_cafile else None)
        except OSError as error:  # ssl.SSLError is one
            raise ValueError(f"RAFID_SSL_CAFILE: {self.ssl_cafile} holds no certificates in PEM ({error})") from None
        if self.ssl_certfile:
            try:
                context.load_cert_chain(self.ssl_certfile, self.ssl_keyfile, password=_no_passphrase)
            except OSError as error:
                where = f"{self.ssl_certfile} and {self.ssl_keyfile}" if self.ssl_keyfile else self.ssl_certfile
                raise ValueError(
                    f"RAFID_SSL_CERTFILE, RAFID_SSL_KEYFILE: {where} hold no certificate in PEM and its private key "
                    f"({error})"
                ) from None
        return context

    @property
    def password(self) -> str | None:
        """The password, in the clear, wherever it came from; read once, at the start."""
        return self._password

    def client_options(self) -> dict[str, Any]:
        """How to reach the cluster, as keyword arguments that every aiokafka client takes."""
        options: dict[str, Any] = {
            "bootstrap_servers": self.bootstrap_servers,
            "security_protocol": self.security_protocol,
            "ssl_context": self.ssl_context(),
        }
        if self.security_protocol.startswith("SASL"):
            options |= {
                "sasl_mechanism": self.sasl_mechanism,
                "sasl_plain_username": self.sasl_username,
                "sasl_plain_password": self.password,
            }
        return options


def _read_secret(path: Path, name: str) -> str:
    """The one line of a file, without the newline that editors end it with."""
    try:
        secret = path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise ValueError(f"{name}: cannot read {path}: {reason}") from None
    if not secret:
        raise ValueError(f"{name}: {path} is empty")
    return secret


def _no_passphrase() -> str:
    """Instead of OpenSSL's question on the terminal, which nobody answers to a worker."""
    raise ValueError("RAFID_SSL_KEYFILE: the private key is encrypted; Rafid reads it from a file without a passphrase")
