"""A broker that asks who is there: TLS, SASL and ACLs, with certificates and passwords made for the occasion."""

import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import trustme
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

from streams.broker import EmbeddedKafka
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

    def client(self, listener: str, **more: Any) -> dict[str, Any]:
        """Settings of a client of this listener."""
        given: dict[str, Any] = {"bootstrap_servers": self.kafka.bootstrap_servers_of(listener)}
        if listener == "MUTUAL":
            given |= {
                "security_protocol": "SSL",
                "ssl_certfile": self.folder / "client.pem",
                "ssl_keyfile": self.folder / "client.key",
            }
        else:
            given |= {
                "security_protocol": "SASL_SSL",
                "sasl_mechanism": "SCRAM-SHA-512",
                "sasl_username": USER,
                "sasl_password_file": self.folder / "password",
            }
        return given | {"ssl_cafile": self.folder / "ca.pem"} | more

    def settings(self, listener: str = "SCRAM", **more: Any) -> Settings:
        return Settings(**self.client(listener, **more))

    def allow(self, acls: Iterable[Acl]) -> None:
        """Give our user these rights and no others."""
        _wait(self.admin.delete_acls([ANY], request_timeout=SECONDS))
        wanted = [acl.binding() for acl in acls]
        if wanted:
            _wait(self.admin.create_acls(wanted, request_timeout=SECONDS))


@contextmanager
def secured_kafka(folder: Path) -> Iterator[SecuredKafka]:
    """Start it; ``folder`` gets the certificates, keys and password that a deployment would mount."""
    ca, password = trustme.CA(), secrets.token_urlsafe(24)
    past = datetime.now(UTC) - timedelta(days=30)
    _write(folder / "broker.keystore", ca.issue_cert(HOST))
    _write(folder / "expired.keystore", ca.issue_cert(HOST, not_before=past, not_after=past + timedelta(days=1)))
    client = ca.issue_cert(f"{USER}@example.org", common_name=USER)
    client.cert_chain_pems[0].write_to_path(folder / "client.pem")
    client.private_key_pem.write_to_path(folder / "client.key")
    ca.cert_pem.write_to_path(folder / "ca.pem")
    trustme.CA().cert_pem.write_to_path(folder / "other-ca.pem")
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
        admin = AdminClient({"bootstrap.servers": kafka.bootstrap_servers})
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


def _wait(futures: Any) -> None:
    for future in futures.values():
        future.result(SECONDS)
