"""What two pieces of text have in common: word stems that both use. An article shares words with its headline,
and a list of links shares none with the story that goes on after it."""

import re

from streams.fold import fold

# A conjunction, a preposition and the article, as Arabic glues them to a word: «وبالمدينة» is «مدينة».
_CLITICS = re.compile(r"^[وف]?(?:[بكل]?ال|لل|[بكل](?=\w{4}))?(?=\w{3})")
_WORD = re.compile(r"[^\W\d_]{3,}|\d{2,}")
# Letters of a stem: endings differ («مدرسة», «مدارس» stay apart, "school" and "schools" do not).
_STEM = 5
# Words that any two texts of a language share.
_COMMON = frozenset(
    fold(
        "على الى إلى هذا هذه ذلك التي الذي الذين كان كانت بعد قبل خلال منذ قال قالت وقال أضاف مع عند بين أن إن عن غير كما لكن لم لن ما من في "
        "قد حول ضد تحت أو كل بعض أكثر أول اليوم أمس يوم عام the and for that with from have has had was were are been will would this their "
        "they said says which when who after before into over about more than its his her out not but also one two new les des une dans pour que "
        "sur par avec est qui los las del una con para por der die das und mit von für den dem ein eine ist bir için ile olan "
        "است این برای آن که را های شده می کے میں کی سے نے کو اور"
    ).split()
)


def stems(folded: str) -> set[str]:
    """The stems of folded text that say what it is about. About 60 µs for 3 KB."""
    found = set()
    for word in _WORD.findall(folded):
        if word not in _COMMON:
            bare = _CLITICS.sub("", word, 1) if word > "\u0600" else word
            if bare not in _COMMON and len(bare) >= 3:
                found.add(bare[:_STEM])
    return found
