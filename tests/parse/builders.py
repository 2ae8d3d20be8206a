"""Pages for tests, put together from sentences of our own."""

AR_TITLE = "جسر جديد يربط ضفتي النهر في المدينة الساحلية"
AR_STORY = (
    "افتتحت بلدية المدينة الساحلية صباح اليوم جسرا جديدا يربط ضفتي النهر بعد عامين من الأشغال المتواصلة.",
    "وقالت رئيسة البلدية هناء الخطيب إن الجسر سيختصر الطريق إلى الميناء بنحو عشرين دقيقة على الأقل.",
    "وأضافت أن المرحلة الثانية تشمل رصيفا للمشاة ومسارا للدراجات، على أن تنجز قبل نهاية العام المقبل.",
)
EN_TITLE = "New bridge opens across the river"
EN_STORY = (
    "The city council opened a new bridge across the river on Monday after two years of work.",
    "Mayor Nora Fields said the bridge would cut the journey to the harbour by twenty minutes.",
    "A second phase will add a footpath and a cycle lane before the end of next year, she said.",
)


def arabic_page(*above: str, below: tuple[str, ...] = ()) -> str:
    """Headline, ``above``, three paragraphs, ``below``."""
    return "\n".join((AR_TITLE, *above, *AR_STORY, *below))


def english_page(*above: str, below: tuple[str, ...] = ()) -> str:
    """Headline, ``above``, three paragraphs, ``below``."""
    return "\n".join((EN_TITLE, *above, *EN_STORY, *below))
