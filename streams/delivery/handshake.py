"""Why a broker lets no client in: what trying again does not change, in words, with the setting to look at.

aiokafka says only that it could not bootstrap. So the reason is asked for again, by connections of our own, and told
apart from a broker that is not there yet.
"""

import asyncio
import os
import ssl
from collections.abc import Mapping
from typing import Any

from aiokafka.conn import AIOKafkaConnection, create_conn
from aiokafka.errors import (
    IllegalSaslStateError,
    KafkaConnectionError,
    KafkaError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)
from aiokafka.protocol.admin import SaslHandShakeRequest
from aiokafka.protocol.metadata import MetadataRequest

from streams.failure import Unavailable

TIMEOUT_MS = 5_000
TLS_ALERT = 0x1503  # the first bytes of an alert, which a client without TLS takes for the size of an answer


class NotLetIn(Unavailable):
    """A broker is there and does not let us in: TLS, certificate, user or password. The message says which."""

    exit_code = os.EX_NOPERM


async def refusal(client: Mapping[str, Any]) -> NotLetIn | None:
    """Why none of the servers lets this client in, for good; None if it may pass: nobody there, no answer."""
    options = dict(client)
    for server in options.pop("bootstrap_servers").split(","):
        host, _, port = server.strip().rpartition(":")
        reason = await _reason(host, int(port), options)
        if reason:
            return NotLetIn(f"{host}:{port} does not let us in: {reason}")
    return None


async def _reason(host: str, port: int, options: Mapping[str, Any]) -> str | None:
    try:
        await _visit(host, port, options)
    except ssl.SSLCertVerificationError as error:
        return (
            f"its certificate is not trusted ({error.verify_message}): RAFID_SSL_CAFILE must hold the authority that "
            "issued it, and RAFID_BOOTSTRAP_SERVERS a name that stands on it"
        )
    except SaslAuthenticationFailed:
        return (
            f"user {options['sasl_plain_username']!r} with this password is refused by {options['sasl_mechanism']}: "
            "see RAFID_SASL_USERNAME and RAFID_SASL_PASSWORD or RAFID_SASL_PASSWORD_FILE"
        )
    except UnsupportedSaslMechanismError:
        return f"it does not take {options['sasl_mechanism']}: see RAFID_SASL_MECHANISM"
    except IllegalSaslStateError:
        return "it asks for no user and password (SASL): see RAFID_SECURITY_PROTOCOL and the port"
    except (KafkaError, OSError, TimeoutError) as error:
        return await _mismatch(host, port, options, error)
    return None


async def _mismatch(host: str, port: int, options: Mapping[str, Any], error: Exception) -> str | None:
    """What the broker speaks, if it is not what we do."""
    cause = error.__cause__ if isinstance(error, KafkaConnectionError) else error
    if isinstance(cause, asyncio.IncompleteReadError) and (cause.expected or 0) >> 16 == TLS_ALERT:
        return "it speaks TLS and we do not: see RAFID_SECURITY_PROTOCOL and the port"
    if isinstance(cause, ssl.SSLError) and "ALERT" in (cause.reason or ""):
        return f"it ends the TLS handshake ({cause.reason}): see RAFID_SSL_CERTFILE and RAFID_SSL_KEYFILE"
    secure = options["security_protocol"] in ("SSL", "SASL_SSL")
    if secure and await _answers(host, port, {"security_protocol": "PLAINTEXT"}):
        return "it does not speak TLS: see RAFID_SECURITY_PROTOCOL and the port"
    sasl = options["security_protocol"].startswith("SASL")
    if not sasl and await _asks_for_sasl(host, port, options):
        return "it asks for a user and password (SASL): see RAFID_SECURITY_PROTOCOL"
    return None


async def _visit(host: str, port: int, options: Mapping[str, Any]) -> None:
    """Connect as a client does and ask one thing."""
    connection = await create_conn(host, port, request_timeout_ms=TIMEOUT_MS, **options)
    try:
        await connection.send(MetadataRequest([]))
    finally:
        await _close(connection)


async def _answers(host: str, port: int, options: Mapping[str, Any]) -> bool:
    """Whether a client with these options is told the versions of requests, which a broker tells anybody."""
    try:
        connection = await create_conn(host, port, request_timeout_ms=TIMEOUT_MS, **options)
    except (KafkaError, OSError, TimeoutError):
        return False
    await _close(connection)
    return True


async def _asks_for_sasl(host: str, port: int, options: Mapping[str, Any]) -> bool:
    try:
        connection = await create_conn(host, port, request_timeout_ms=TIMEOUT_MS, **options)
    except (KafkaError, OSError, TimeoutError):
        return False
    try:
        answer = await connection.send(SaslHandShakeRequest("PLAIN"))
    except (KafkaError, OSError, TimeoutError):
        return False
    finally:
        await _close(connection)
    return bool(answer.error_code != IllegalSaslStateError.errno)


async def _close(connection: AIOKafkaConnection) -> None:
    closed = connection.close()
    if closed is not None:
        await closed
