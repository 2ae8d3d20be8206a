"""Typed settings, read from the environment (``RAFID_*``) once, at the edge, and passed down as arguments."""

import ssl
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import Field, FilePath, SecretStr, model_validator
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
        )


class Settings(BaseSettings):
    """Everything that can be set. docs/operating.md explains each; ``rafid worker --help`` names the usual ones."""

    model_config = SettingsConfigDict(env_prefix="RAFID_", frozen=True, extra="ignore")

    # Kafka
    bootstrap_servers: str = Field(
        default="127.0.0.1:9092", pattern=SERVERS, description="host:port, several by commas"
    )
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "PLAIN"
    sasl_username: str | None = None
    sasl_password: SecretStr | None = None
    ssl_cafile: FilePath | None = Field(default=None, description="CA certificates in PEM; default: the system's")
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
    stage_timeout: float = Field(default=10.0, gt=0, description="seconds one input may take in one stage")
    dead_letter_share: float = Field(
        default=0.5, gt=0, le=1, description="of the last dead_letter_window inputs, at which a worker stops"
    )
    dead_letter_window: int = Field(default=1000, ge=1)
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

    @model_validator(mode="after")
    def _credentials_are_whole(self) -> "Settings":
        if self.security_protocol.startswith("SASL") and not (self.sasl_username and self.sasl_password):
            raise ValueError(f"{self.security_protocol} needs RAFID_SASL_USERNAME and RAFID_SASL_PASSWORD: set both")
        return self

    @property
    def topics(self) -> Topics:
        """The names of the river's topics under this prefix."""
        return Topics(self.topic_prefix)

    def ssl_context(self) -> ssl.SSLContext | None:
        """TLS with certificate and host name checked, or None when the protocol has no TLS."""
        if "SSL" not in self.security_protocol:
            return None
        return ssl.create_default_context(cafile=str(self.ssl_cafile) if self.ssl_cafile else None)

    def client_options(self) -> dict[str, Any]:
        """How to reach the cluster, as keyword arguments that every aiokafka client takes."""
        options: dict[str, Any] = {
            "bootstrap_servers": self.bootstrap_servers,
            "security_protocol": self.security_protocol,
            "ssl_context": self.ssl_context(),
        }
        if self.security_protocol.startswith("SASL"):
            assert self.sasl_password is not None
            options |= {
                "sasl_mechanism": self.sasl_mechanism,
                "sasl_plain_username": self.sasl_username,
                "sasl_plain_password": self.sasl_password.get_secret_value(),
            }
        return options
