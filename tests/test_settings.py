"""Settings: from the environment, whole or refused."""

from pathlib import Path
from typing import Any

import pytest
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from pydantic import ValidationError

from streams.settings import Settings


def test_they_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAFID_TOPIC_PREFIX", "test.")
    assert Settings().topics.stream("politics") == "test.articles.topic.politics"


def test_a_password_is_not_shown() -> None:
    settings = Settings(security_protocol="SASL_SSL", sasl_username="u", sasl_password="hush")
    assert "hush" not in repr(settings)
    assert settings.client_options()["sasl_plain_password"] == "hush"


def test_half_credentials_are_refused() -> None:
    with pytest.raises(ValidationError, match="RAFID_SASL_PASSWORD"):
        Settings(security_protocol="SASL_SSL", sasl_username="u")


def test_a_password_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "password").write_text("hush, a line\r\n")
    settings = Settings(security_protocol="SASL_SSL", sasl_username="u", sasl_password_file=tmp_path / "password")
    assert settings.client_options()["sasl_plain_password"] == "hush, a line"
    assert "hush" not in repr(settings)
    assert "hush" not in str(settings.model_dump())


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"sasl_password": "hush"}, "both set: set one"),
        ({"sasl_password_file": "empty"}, "empty is empty"),
        ({"sasl_password_file": "none"}, "RAFID_SASL_PASSWORD_FILE: cannot read .*none: No such file"),
        ({"security_protocol": "SSL", "ssl_cafile": "password"}, "RAFID_SSL_CAFILE: .*password holds no certificates"),
        ({"security_protocol": "SSL", "ssl_certfile": "password"}, "RAFID_SSL_CERTFILE, .*password hold no certific"),
        ({"ssl_keyfile": "password"}, "RAFID_SSL_KEYFILE is set without RAFID_SSL_CERTFILE"),
    ],
)
def test_wrong_files_are_refused_by_name_and_nothing_of_them_is_shown(
    given: dict[str, str], message: str, tmp_path: Path
) -> None:
    (tmp_path / "password").write_text("hush")
    (tmp_path / "empty").touch()
    files = {name: tmp_path / value for name, value in given.items() if name.endswith("file")}
    wrong: dict[str, Any] = {"sasl_password_file": tmp_path / "password", **given, **files}
    with pytest.raises(ValidationError, match=message) as refused:
        Settings(**wrong)
    assert "hush" not in str(refused.value)


def test_a_key_with_a_passphrase_is_refused_and_nobody_is_asked_for_it(tmp_path: Path) -> None:
    certificate = trustme.CA().issue_cert("rafid@example.org")
    key = load_pem_private_key(certificate.private_key_pem.bytes(), None)
    (tmp_path / "key").write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"hush"))
    )
    certificate.cert_chain_pems[0].write_to_path(tmp_path / "certificate")
    with pytest.raises(ValidationError, match="RAFID_SSL_KEYFILE: the private key is encrypted"):
        Settings(security_protocol="SSL", ssl_certfile=tmp_path / "certificate", ssl_keyfile=tmp_path / "key")


def test_tls_checks_certificates() -> None:
    context = Settings(security_protocol="SSL").ssl_context()
    assert context is not None
    assert context.check_hostname


def test_without_tls_there_is_no_context() -> None:
    assert Settings().client_options()["ssl_context"] is None
