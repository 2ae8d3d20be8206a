import pytest

from streams.parse import Parser


@pytest.fixture(scope="session")
def parser() -> Parser:
    return Parser()
