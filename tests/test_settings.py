"""Settings: from the environment, whole or refused."""

import pytest
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


def test_tls_checks_certificates() -> None:
    context = Settings(security_protocol="SSL").ssl_context()
    assert context is not None
    assert context.check_hostname


def test_without_tls_there_is_no_context() -> None:
    assert Settings().client_options()["ssl_context"] is None
