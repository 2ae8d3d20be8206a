"""A generator of news pages from known parts: what went in is what parse must give back.

The parts are real (sentences of our own, labels and boilerplate as sites print them); how they are put together is drawn:
which labels, where, in what spelling, on lines of their own or shared, with what between the lines.
"""

from dataclasses import dataclass, field
from random import Random

AR_TITLES = (
    "مجلس المدينة يقر خطة لتوسيع شبكة الحافلات الكهربائية",
    "ارتفاع صادرات التمور في النصف الأول من العام",
    "فريق الساحل يتأهل إلى نهائي كأس الدوري بعد ركلات الترجيح",
    "باحثون يطورون بذورا تتحمل ملوحة التربة في السهول",
    "افتتاح مكتبة عامة في الحي القديم بعد أعوام من الترميم",
    "اتفاق جديد بين بلدين جارين على تقاسم مياه النهر",
)
AR_STORY = (
    "أقر مجلس المدينة في جلسته الأسبوعية خطة لتوسيع شبكة الحافلات الكهربائية لتشمل الأحياء الشرقية التي ظلت سنوات بلا نقل عام منتظم.",
    'وقال رئيس المجلس عادل منصور "نريد أن يصل كل تلميذ إلى مدرسته بحافلة نظيفة"، مشيرا إلى أن التمويل متوفر.',
    "وأوضح أن المرحلة الأولى تبدأ مطلع الشهر المقبل بعشرين حافلة، على أن يرتفع العدد إلى ستين قبل نهاية السنة.",
    "وفي المقابل، انتقد تجار السوق القديم مسار الخط الجديد لأنه يلغي موقفا للسيارات يستخدمه زبائنهم منذ عقود.",
    "وطالبوا بدراسة بديل.",
    "ورد المجلس بأن الموقف سينقل إلى أرض مجاورة، وأن أعمال النقل لن تستغرق أكثر من أسبوعين بحسب تقدير المهندسين.",
    "وتشير أرقام البلدية إلى أن عدد السيارات الخاصة في المدينة تضاعف خلال عشر سنوات، فيما لم تتغير مساحة الشوارع.",
    "وختم منصور بالقول إن النقاش مع السكان سيستمر طوال الصيف عبر لقاءات مفتوحة في كل حي.",
    "وكانت المدينة قد جربت الحافلات الكهربائية قبل ثلاثة أعوام على خط واحد يربط الميناء بمحطة القطار، وكانت النتائج مشجعة.",
    "وترى الخبيرة في شؤون النقل نجلاء الصباغ أن نجاح الخطة مرهون بانتظام المواعيد أكثر من عدد الحافلات نفسها.",
)
AR_NAMES = ("ليلى حداد", "سامر النجار", "هدى عبد الرحمن", "يوسف الخطيب")
AR_SOURCES = ("رويترز", "صحيفة الشراع", "وكالة الأناضول", "الجزيرة")
AR_KEYWORDS = ("النقل العام", "البلدية", "حافلات كهربائية", "البيئة", "الميزانية", "سوق المدينة")
AR_DATES = (
    ("3 تموز 2021", "2021-07-03"),
    ("٧ كانون الثاني/يناير ٢٠٢٢", "2022-01-07"),
    ("الأحد 4/6/2023 - 21:40", "2023-06-04T21:40"),
    ("5 آب 2020، 17:05 بتوقيت غرينتش", "2020-08-05T17:05+00:00"),
    ("١٢ رمضان ١٤٤٥ هـ", "2024-03-22"),
    ("9th, November 2023 GMT", "2023-11-09"),
    ("2021-07-03T17:05:00+03:00", "2021-07-03T17:05:00+03:00"),
    ("السبت 3 جويلية 2021", "2021-07-03"),
)
AR_LABELS = {
    "published": ("تاريخ النشر", "نشر في", "تاريخ النّشر", "تـاريخ النشر", "نُشر بتاريخ", "تاریخ النشر"),
    "source": ("المصدر", "المصـدر", "مصدر الخبر", "المصدر "),
    "byline": ("كتب", "بقلم", "إعداد", "اعداد", "كتبت", "الكاتب"),
    "keywords": ("كلمات دلالية", "الكلمات المفتاحية", "الكلمات المفتاحيه", "وسوم", "الوسوم", "کلمات دلالیة"),
}
AR_EMBEDDED = ("إقرأ أيضاً", "اقرأ أيضا", "اقرأ ايضًا", "مواضيع ذات صلة", "شاهد أيضا", "اقرأ كذلك")
AR_BOILERPLATE = (
    "إعلان",
    "مدة القراءة: 3 دقائق",
    "تابعونا على تويتر وفيسبوك",
    "اشترك في النشرة البريدية ليصلك جديدنا",
    "تابع أحدث الأخبار عبر تطبيق",
    "شارك الخبر",
    "جميع الحقوق محفوظة © 2021 صحيفة الشراع",
    "صورة أرشيفية لميناء المدينة",
    "125 مشاهدة",
)
EN_TITLES = (
    "Council approves plan to extend electric bus network",
    "Date exports climb in the first half of the year",
    "Coast United reach cup final after penalty shoot-out",
    "Researchers breed seeds that cope with salty soil",
    "Public library reopens in old quarter after long restoration",
    "Neighbouring states agree to share river water",
)
EN_STORY = (
    "The city council has approved a plan to extend the electric bus network to the eastern districts, which have gone years without regular public transport.",
    '"We want every pupil to reach school on a clean bus," council leader Adam Mansour said, adding that the money was in place.',
    "The first phase begins early next month with twenty vehicles, and the fleet is due to grow to sixty before the end of the year.",
    "Traders in the old market objected to the new route because it removes a car park that their customers have used for decades.",
    "They want another study.",
    "The council replied that the car park would move to a neighbouring plot, and that the move would take no more than two weeks.",
    "City figures show that the number of private cars has doubled in ten years while the area of the streets has stayed the same.",
    "Mansour said talks with residents would go on all summer at open meetings in every district.",
    "The city tried electric buses three years ago on a single line between the harbour and the railway station, with promising results.",
    "Transport expert Nadia Fields said the plan would stand or fall with punctuality rather than with the number of buses.",
)
EN_NAMES = ("Laura Hadley", "Samir Najjar", "Helen O'Brien", "Joseph Carter")
EN_SOURCES = ("Reuters", "The Harbour Gazette", "Associated Press", "Coast Radio")
EN_KEYWORDS = ("public transport", "council", "electric buses", "environment", "budget", "old market")
EN_DATES = (
    ("Monday, March 1, 2021", "2021-03-01"),
    ("3 July 2021, 17:05 GMT", "2021-07-03T17:05+00:00"),
    ("Sept. 3, 2021", "2021-09-03"),
    ("2021-07-03", "2021-07-03"),
    ("March 1st, 2021 at 5:05 pm", "2021-03-01T17:05"),
)
EN_LABELS = {
    "published": ("Published", "Posted", "Published on", "PUBLISHED", "First published"),
    "source": ("Source", "SOURCE", "News source"),
    "byline": ("By", "Author", "Written by"),
    "keywords": ("Tags", "Filed under", "Topics", "TAGS", "Keywords"),
}
EN_EMBEDDED = ("Read also", "READ ALSO", "You may also like", "Related", "See also")
EN_BOILERPLATE = (
    "Advertisement",
    "4 min read",
    "Save for later",
    "Share this article",
    "Sign up for our morning newsletter",
    "Download our app",
    "Copyright 2021 The Harbour Gazette. All rights reserved.",
    "Photo: Laura Hadley/The Harbour Gazette",
    "12 comments",
)


@dataclass(frozen=True)
class Words:
    """The parts of one language."""

    titles: tuple[str, ...]
    story: tuple[str, ...]
    names: tuple[str, ...]
    sources: tuple[str, ...]
    keywords: tuple[str, ...]
    dates: tuple[tuple[str, str], ...]
    labels: dict[str, tuple[str, ...]]
    embedded: tuple[str, ...]
    boilerplate: tuple[str, ...]
    comma: str


ARABIC = Words(
    *(AR_TITLES, AR_STORY, AR_NAMES, AR_SOURCES, AR_KEYWORDS, AR_DATES, AR_LABELS, AR_EMBEDDED, AR_BOILERPLATE, "، ")
)
ENGLISH = Words(
    *(EN_TITLES, EN_STORY, EN_NAMES, EN_SOURCES, EN_KEYWORDS, EN_DATES, EN_LABELS, EN_EMBEDDED, EN_BOILERPLATE, ", ")
)


@dataclass
class Known:
    """What parse must find of one article."""

    title: str
    paragraphs: list[str]
    published: str | None = None
    source: str | None = None
    byline: str | None = None
    keywords: list[str] = field(default_factory=list)


class PageGenerator:
    """Draws pages. The same ``random`` draws the same page."""

    def __init__(self, random: Random, words: Words) -> None:
        self._random, self._words = random, words
        self._titles = random.sample(words.titles, len(words.titles))

    def page(self) -> tuple[str, list[Known]]:
        """A page and its articles, its own first."""
        random, words = self._random, self._words
        lines, own = self._article(first=True)
        articles = [own]
        if random.random() < 0.6:
            count = random.choice((1, 1, 2, 3))
            lines.append(self._embedded_label())
            for place in range(count):
                # Without labels between them, only a date or source tells where one ends: the label again does as well.
                if place and random.random() < 0.5:
                    lines.append(self._embedded_label())
                more, embedded = self._article(first=False)
                lines += more
                articles.append(embedded)
        elif random.random() < 0.5:
            lines += [self._embedded_label(), *self._titles[:3]]
        if random.random() < 0.3:
            lines.append(random.choice(words.boilerplate))
        return self._joined(lines), articles

    def _article(self, *, first: bool) -> tuple[list[str], Known]:
        random, words = self._random, self._words
        story = random.sample(words.story, random.randint(2, 6))
        # An article begins with a paragraph of some length, as articles do.
        story.sort(key=lambda paragraph: len(paragraph) < 60)
        if len(story[0]) < 60:
            story[0] = words.story[0]
        known = Known(self._titles.pop(), list(story))
        above, below = self._labels(known, first=first)
        body = list(story)
        if random.random() < 0.5:
            body.insert(random.randrange(1, len(body) + 1), random.choice(words.boilerplate))
        if first and random.random() < 0.3 and len(body) > 2:
            link = f"{random.choice(words.embedded)}: {random.choice(words.titles)}"
            body.insert(random.randrange(1, len(body) - 1), link)
        return [known.title, *above, *body, *below], known

    def _labels(self, known: Known, *, first: bool) -> tuple[list[str], list[str]]:
        """Labelled lines under the headline and after the story."""
        random, words = self._random, self._words
        share = 0.6 if first else 0.4
        above: list[tuple[str, str]] = []
        below: list[tuple[str, str]] = []
        if random.random() < share:
            text, known.published = random.choice(words.dates)
            (above if first or random.random() < 0.7 else below).append(("published", text))
        if random.random() < share:
            known.byline = random.choice(words.names)
            above.append(("byline", known.byline))
        if random.random() < share:
            known.source = random.choice(words.sources)
            random.choice((above, below)).append(("source", known.source))
        if random.random() < share:
            known.keywords = random.sample(words.keywords, random.randint(1, 4))
            separator = random.choice((words.comma, " | ", " • "))
            below.append(("keywords", separator.join(known.keywords)))
        random.shuffle(above)
        return self._written(above), self._written(below)

    def _written(self, labels: list[tuple[str, str]]) -> list[str]:
        random = self._random
        written = [(self._label(role), value) for role, value in labels]
        if len(labels) > 1 and all(role != "keywords" for role, _ in labels) and random.random() < 0.3:
            return [" | ".join(f"{label}: {value}" for label, value in written)]
        lines: list[str] = []
        for label, value in written:
            if random.random() < 0.2:
                lines += [f"{label}:", value]
            else:
                lines.append(f"{label}{random.choice((': ', ' : ', ':', '： '))}{value}")
        return lines

    def _label(self, role: str) -> str:
        return self._random.choice(self._words.labels[role])

    def _embedded_label(self) -> str:
        return self._random.choice(self._words.embedded) + self._random.choice((":", "", " :"))

    def _joined(self, lines: list[str]) -> str:
        random = self._random
        end = random.choice(("\n", "\r\n"))
        between = random.choice(("", "", end, None))
        page = ""
        for line in lines:
            gap = random.choice(("", end)) if between is None else between
            mark = random.choice(("", "", "", "\u200f", "  ", "\u200b"))
            page += f"{mark}{line}{end}{gap}"
        return page
