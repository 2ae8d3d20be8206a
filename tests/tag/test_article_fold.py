"""Words as written beside those of the fold."""

import pytest

from streams.tag.article_fold import folded, written_words


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("گفت‌وگو با کارگران", ("گفت‌وگو", "با", "کارگران")),
        ("قیمت ـ نان \u202c گران شد", ("قیمت", "نان", "گران", "شد")),  # a lone tatweel and a mark of direction
        ("ـ", ()),
        ("", ()),
        ("قال النبي ﷺ ذلك", ()),  # folded, «ﷺ» is four words
        ("النبي ﷺ قال ـ كما ـ روي ـ", ()),  # as many more as the lone marks are
    ],
)
def test_a_word_of_nothing_but_marks_has_no_place(text: str, written: tuple[str, ...]) -> None:
    fold = folded(text)
    assert written_words(text, len(fold.split())) == written


def test_words_that_do_not_match_are_not_given() -> None:
    assert written_words("one two", 3) == ()
