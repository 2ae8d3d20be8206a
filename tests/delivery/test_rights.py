"""Rights that lack, in words. tests/kafka/test_security.py takes them away on a real broker."""

from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import (
    GroupAuthorizationFailedError,
    KafkaError,
    TopicAuthorizationFailedError,
    TransactionalIdAuthorizationFailed,
)

from streams.delivery.rights import UNKNOWN, NotAllowed, check_rights, lacking, named


@pytest.mark.parametrize(
    ("error", "right"),
    [
        (TopicAuthorizationFailedError("b"), "Write on topic b"),
        (TopicAuthorizationFailedError({"b", "a"}), "Write on topic a, b"),
        (GroupAuthorizationFailedError("Unable to get coordinator id for g"), "Read on group g"),
        (TransactionalIdAuthorizationFailed("g-a-0"), "Write on transactional id g-a-0"),
        (TransactionalIdAuthorizationFailed(), "Write on transactional id ?"),
    ],
)
def test_an_error_of_the_client_names_the_right(error: KafkaError, right: str) -> None:
    assert f"does not allow this user: {right}. " in str(lacking(error, topic="Write"))
    with pytest.raises(NotAllowed, match="docs/security"), named("Write"):
        raise error


class Admin:
    """A broker that gives these answers, a topic each; ``old``: it does not know the request for rights."""

    def __init__(self, *topics: tuple[Any, ...], old: bool = False) -> None:
        self._topics = topics
        self._old = old

    async def _send_request(self, _request: object) -> Any:
        if self._old:
            self._old = False
            raise NotImplementedError
        return SimpleNamespace(topics=self._topics)


READ_ONLY = 1 << 3


async def test_many_topics_are_told_by_the_first() -> None:
    names = [f"t{number:02}" for number in range(20)]
    with pytest.raises(NotAllowed, match=r"user: Write on topic t00, t01, t02, t03, t04 and 15 more\."):
        await check_rights(Admin(*[(0, name, False, [], READ_ONLY) for name in names]), {n: ["Write"] for n in names})


@pytest.mark.parametrize("admin", [Admin((0, "a", False, [], UNKNOWN)), Admin((0, "a", False, []), old=True)])
async def test_a_broker_that_does_not_tell_rights_is_taken_at_its_deeds(admin: Admin) -> None:
    await check_rights(admin, {"a": ["Write"]})
