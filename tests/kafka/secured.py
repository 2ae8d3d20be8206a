"""A broker that asks who is there: TLS, SASL and ACLs, with certificates and passwords made for the occasion."""

import asyncio
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import trustme
from aiokafka import AIOKafkaProducer
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from schemas.dead_letter import Reason
from streams.broker import EmbeddedKafka
from streams.delivery.dead_letters import dead_letter, to_output
from streams.delivery.stage import Record
from streams.delivery.stage_process import Refused
from streams.settings import Settings

HOST = "127.0.0.1"
SECONDS = 20.0  # for one request of the administrator

USER = "rafid"
PRINCIPAL = f"User:{USER}"


class Acl(NamedTuple):
    """One right of our user, in the words of kafka-acls."""

    resource: str
    name: str
    prefixed: bool
    operation: str

    def __str__(self) -> str:
        return f"{self.operation} on {self.resource} {self.name}{'*' if self.prefixed else ''}"

    def binding(self) -> AclBinding:
        return AclBinding(
            restype=ResourceType[self.resource],
            name=self.name,
            resource_pattern_type=ResourcePatternType.PREFIXED if self.prefixed else ResourcePatternType.LITERAL,
            principal=PRINCIPAL,
            host="*",
            operation=AclOperation[self.operation],
            permission_type=AclPermissionType.ALLOW,
        )


ANY = AclBindingFilter(
    ResourceType.ANY, None, ResourcePatternType.ANY, None, None, AclOperation.ANY, AclPermissionType.ANY
)


@dataclass
class SecuredKafka:
    """The broker, what a client needs to get in, and its administrator."""

    kafka: EmbeddedKafka
    folder: Path
    password: str
    admin: AdminClient

    def settings(self, listener: str = "SCRAM", **more: Any) -> Settings:
        """Settings of our user at this listener; ``more`` may name files of the folder, and another host."""
        given: dict[str, Any] = {
            "bootstrap_servers": self.address(listener).replace(HOST, more.pop("host", HOST)),
            "ssl_cafile": "ca.pem",
        }
        if listener == "MUTUAL":
            given |= {"security_protocol": "SSL", "ssl_certfile": "client.pem", "ssl_keyfile": "client.key"}
        else:
            given |= {
                "security_protocol": "SASL_SSL",
                "sasl_mechanism": "PLAIN" if listener == "PLAIN" else "SCRAM-SHA-512",
                "sasl_username": USER,
                "sasl_password_file": "password",
            }
        given |= more
        for name in ("ssl_cafile", "ssl_certfile", "ssl_keyfile", "sasl_password_file"):
            if given.get(name):
                given[name] = self.folder / given[name]
        return Settings(**given)

    def address(self, listener: str) -> str:
        """Where it listens; CLIENT is the one that asks nothing."""
        return self.kafka.bootstrap_servers if listener == "CLIENT" else self.kafka.bootstrap_servers_of(listener)

    @property
    def administrator(self) -> Settings:
        """Settings of who may do anything."""
        return Settings(bootstrap_servers=self.kafka.bootstrap_servers, web_port=0, partitions=1)

    def allow(self, acls: Iterable[Acl]) -> None:
        """Give our user these rights and no others; returns when the broker goes by them."""
        wanted = {acl.binding() for acl in acls}
        there = set(self.admin.describe_acls(ANY, request_timeout=SECONDS).result(SECONDS))
        if there - wanted:
            _wait(self.admin.delete_acls([_filter(acl) for acl in there - wanted], request_timeout=SECONDS))
        if wanted - there:
            _wait(self.admin.create_acls(list(wanted - there), request_timeout=SECONDS))
        deadline = time.monotonic() + SECONDS
        while set(self.admin.describe_acls(ANY, request_timeout=SECONDS).result(SECONDS)) != wanted:
            assert time.monotonic() < deadline, "the broker does not go by the new rights"

    def refuse(self, *origins: str) -> None:
        """Put a dead letter of a record of each of these topics there."""
        topic = self.administrator.topics.dead_letter

        async def send() -> None:
            async with AIOKafkaProducer(**self.administrator.client_options()) as producer:
                for origin in origins:
                    record = Record(origin, 0, 0, 1, origin.encode(), b"refused", ())
                    letter = dead_letter(record, Refused(Reason.BINARY, "of the test"), stage="parse", version="1")
                    output = to_output(letter, topic=topic, max_bytes=2**20)
                    headers = list(output.headers)
                    await producer.send_and_wait(topic, output.value, key=output.key, headers=headers)

        asyncio.run(send())


def _filter(acl: AclBinding) -> AclBindingFilter:
    return AclBindingFilter(
        acl.restype,
        acl.name,
        acl.resource_pattern_type,
        acl.principal,
        acl.host,
        acl.operation,
        acl.permission_type,
    )


@contextmanager
def secured_kafka(folder: Path) -> Iterator[SecuredKafka]:
    """Start it; ``folder`` gets the certificates, keys and password that a deployment would mount."""
    ca, password = trustme.CA(), secrets.token_urlsafe(24)
    past = datetime.now(UTC) - timedelta(days=30)
    _write(folder / "broker.keystore", ca.issue_cert(HOST))
    _write(folder / "expired.keystore", ca.issue_cert(HOST, not_before=past, not_after=past + timedelta(days=1)))
    for name, authority in (("", ca), ("other-", trustme.CA())):
        client = authority.issue_cert(f"{USER}@example.org", common_name=USER)
        client.cert_chain_pems[0].write_to_path(folder / f"{name}client.pem")
        client.private_key_pem.write_to_path(folder / f"{name}client.key")
        authority.cert_pem.write_to_path(folder / f"{name}ca.pem")
    (folder / "password").write_text(f"{password}\n")
    config = {
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        # The listener without TLS is the broker's own and the administrator's.
        "super.users": "User:ANONYMOUS",
        "allow.everyone.if.no.acl.found": "false",
        "ssl.principal.mapping.rules": "RULE:^.*CN=([^,]+).*$/$1/",
        **_tls("MUTUAL", folder / "broker.keystore"),
        "listener.name.mutual.ssl.client.auth": "required",
        "listener.name.mutual.ssl.truststore.type": "PEM",
        "listener.name.mutual.ssl.truststore.location": str(folder / "ca.pem"),
        **_tls("SCRAM", folder / "broker.keystore"),
        "listener.name.scram.sasl.enabled.mechanisms": "SCRAM-SHA-512,SCRAM-SHA-256",
        "listener.name.scram.scram-sha-512.sasl.jaas.config": f"{SCRAM} required;",
        "listener.name.scram.scram-sha-256.sasl.jaas.config": f"{SCRAM} required;",
        **_tls("PLAIN", folder / "broker.keystore"),
        "listener.name.plain.sasl.enabled.mechanisms": "PLAIN",
        "listener.name.plain.plain.sasl.jaas.config": f'{PLAIN} required user_{USER}="{password}";',
        **_tls("EXPIRED", folder / "expired.keystore"),
        "listener.name.expired.sasl.enabled.mechanisms": "SCRAM-SHA-512",
        "listener.name.expired.scram-sha-512.sasl.jaas.config": f"{SCRAM} required;",
    }
    listeners = {"MUTUAL": "SSL", "SCRAM": "SASL_SSL", "PLAIN": "SASL_SSL", "EXPIRED": "SASL_SSL"}
    with EmbeddedKafka(config=config, listeners=listeners) as kafka:
        admin = AdminClient({"bootstrap.servers": kafka.bootstrap_servers, "log_level": 0})
        for mechanism in (ScramMechanism.SCRAM_SHA_256, ScramMechanism.SCRAM_SHA_512):
            user = UserScramCredentialUpsertion(USER, ScramCredentialInfo(mechanism, 4096), password.encode())
            _wait(admin.alter_user_scram_credentials([user], request_timeout=SECONDS))
        yield SecuredKafka(kafka, folder, password, admin)


SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule"
PLAIN = "org.apache.kafka.common.security.plain.PlainLoginModule"


def _tls(listener: str, keystore: Path) -> dict[str, str]:
    name = f"listener.name.{listener.lower()}.ssl"
    return {f"{name}.keystore.type": "PEM", f"{name}.keystore.location": str(keystore)}


def _write(path: Path, certificate: trustme.LeafCert) -> None:
    """Write a keystore as Kafka reads it: the key in PKCS #8, then the chain."""
    key = load_pem_private_key(certificate.private_key_pem.bytes(), None)
    path.write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        + b"".join(pem.bytes() for pem in certificate.cert_chain_pems)
    )


def _wait(futures: Mapping[Any, Any]) -> None:
    for future in futures.values():
        future.result(SECONDS)
