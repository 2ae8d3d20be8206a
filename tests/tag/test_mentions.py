"""Names of one person or organisation are joined under the longest, and others are kept apart."""

from itertools import count

from streams.tag.mentions import Kind, Mention, joined


def mentions(kind: Kind, *names: str | tuple[str, str]) -> list[Mention]:
    """Mentions in order; a pair is a name and its key."""
    places = count(0, 100)
    pairs = [name if isinstance(name, tuple) else (name, None) for name in names]
    return [
        Mention(start, start + len(name), kind, name, key, 0.9, "a test")
        for (name, key), start in zip(pairs, places, strict=False)
    ]


def groups(kind: Kind, *names: str | tuple[str, str]) -> list[tuple[str, int]]:
    """Names and how many mentions each has."""
    return [(group.name, len(group.mentions)) for group in joined(mentions(kind, *names))]


def test_a_part_of_a_name_is_the_same_person() -> None:
    assert groups("person", "وائل بن رامي", "بن رامي", "وائل") == [("وائل بن رامي", 3)]
    assert groups("person", "Okello", "Jane Okello") == [("Jane Okello", 2)]


def test_two_people_of_one_last_name_share_the_nearest_mentions() -> None:
    names = ("Jane Okello", "Okello", "Peter Okello", "Okello", "Okello")
    assert groups("person", *names) == [("Jane Okello", 2), ("Peter Okello", 3)]


def test_spelling_does_not_part_a_person() -> None:
    assert groups("person", "أحمد الإدريسي", "احمد الادريسي") == [("أحمد الإدريسي", 2)]


def test_letters_in_common_are_not_enough() -> None:
    assert groups("person", "Jane Okello", "Ello") == [("Jane Okello", 1), ("Ello", 1)]


def test_one_word_of_an_organisation_is_not_the_same() -> None:
    assert groups("organisation", "جامعة الوادي", "جامعة") == [("جامعة الوادي", 1), ("جامعة", 1)]
    assert groups("organisation", "Kambale Port Authority", "Port Authority") == [("Kambale Port Authority", 2)]


def test_one_key_is_one_organisation() -> None:
    assert groups("organisation", ("UN", "un"), ("United Nations", "un")) == [("United Nations", 2)]


def test_two_keys_are_two() -> None:
    assert groups("person", ("Clinton", "a"), ("Bill Clinton", "b")) == [("Clinton", 1), ("Bill Clinton", 1)]


def test_a_person_is_no_organisation() -> None:
    both = [*mentions("person", "Okello"), *mentions("organisation", "Okello Ltd")]
    assert len(joined(both)) == 2


def test_a_group_has_the_key_of_any_of_its_names() -> None:
    (group,) = joined(mentions("person", "Joe Robinette Biden", ("Biden", "joe-biden")))
    assert (group.name, group.key) == ("Joe Robinette Biden", "joe-biden")
