"""A generator of news pages from known parts: what went in is what parse must give back.

The parts are real (sentences of our own, labels and boilerplate as sites print them); how they are put together is drawn:
which labels, where, in what spelling, on lines of their own or shared, with what between the lines.
"""

from dataclasses import dataclass, field
from random import Random

# Each story: its headline, then its paragraphs; the last ones are short, as last paragraphs are.
AR_STORIES = (
    (
        "مجلس المدينة يقر خطة لتوسيع شبكة الحافلات الكهربائية",
        "أقر مجلس المدينة في جلسته الأسبوعية خطة لتوسيع شبكة الحافلات الكهربائية لتشمل الأحياء الشرقية التي ظلت سنوات بلا نقل عام منتظم.",
        'وقال رئيس المجلس عادل منصور "نريد أن يصل كل تلميذ إلى مدرسته بحافلة نظيفة"، مشيرا إلى أن تمويل الحافلات متوفر.',
        "وانتقد تجار السوق القديم مسار الخط الجديد لأنه يلغي موقفا للسيارات يستخدمه زبائنهم منذ عقود، وطالبوا بدراسة بديل.",
        "وكانت المدينة قد جربت الحافلات الكهربائية قبل ثلاثة أعوام على خط واحد يربط الميناء بمحطة القطار، وكانت النتائج مشجعة.",
        "ويبدأ التشغيل مطلع الشهر المقبل.",
    ),
    (
        "ارتفاع صادرات التمور في النصف الأول من العام",
        "ارتفعت صادرات التمور خلال النصف الأول من العام بنسبة تقارب الثلث، بعدما فتحت أسواق آسيوية أبوابها أمام الأصناف الفاخرة.",
        "وأوضحت غرفة الزراعة أن التمور المجففة تصدرت القائمة، وأن مصانع التعبئة تعمل بكامل طاقتها منذ مطلع الربيع.",
        "لكن مزارعين في الواحات قالوا إن أسعار الجملة لم تواكب زيادة الصادرات، وإن كلفة النقل المبرد تضاعفت خلال سنتين.",
        "ومن المنتظر أن يبدأ موسم الجني الجديد في أيلول وسط توقعات بمحصول وفير من التمور.",
        "وتعد التمور ثاني صادرات البلاد.",
    ),
    (
        "فريق الساحل يتأهل إلى نهائي كأس الدوري بعد ركلات الترجيح",
        "تأهل فريق الساحل إلى نهائي كأس الدوري بفوزه على ضيفه فريق الجبل بركلات الترجيح، بعدما انتهى الوقتان الأصلي والإضافي بالتعادل.",
        "وسجل المهاجم كريم نصار هدف التعادل لفريق الساحل في الدقيقة الأخيرة من الوقت الأصلي وسط فرحة جماهير ملأت الملعب.",
        'وقال مدرب الساحل بعد المباراة "لم نتدرب على ركلات الترجيح سوى مرة واحدة، لكن الحارس كان بطل الليلة".',
        "ويواجه فريق الساحل في النهائي الفائز من مباراة الغد بين الاتحاد والوحدة على ملعب العاصمة.",
        "ويغيب عن النهائي قائد الفريق.",
    ),
    (
        "باحثون يطورون بذور قمح تتحمل ملوحة التربة في السهول",
        "طور باحثون في المعهد الزراعي بذور قمح تتحمل ملوحة التربة، في خطوة يأمل المزارعون أن تعيد الحياة إلى سهول هجروها منذ سنوات.",
        "وزرع الباحثون البذور في عشرين حقلا تجريبيا على مدى ثلاثة مواسم، وجاء المحصول أعلى من الأصناف المحلية بنحو الربع.",
        "وأكدت رئيسة الفريق سلوى مراد أن البذور لم تعدل وراثيا، بل جاءت من تهجين صنف بري كاد ينقرض في الجبال.",
        "ويحتاج إكثار البذور إلى موسمين آخرين قبل توزيعها على المزارعين في السهول بأسعار مدعومة.",
        "ولم يعلن المعهد سعر البذور.",
    ),
    (
        "افتتاح مكتبة عامة في الحي القديم بعد أعوام من الترميم",
        "فتحت المكتبة العامة في الحي القديم أبوابها أمام القراء بعد ترميم استغرق ستة أعوام، وأعاد إلى المبنى قبته الخشبية ونوافذه الملونة.",
        "وتضم المكتبة أكثر من أربعين ألف كتاب، بينها مخطوطات نادرة كانت محفوظة في صناديق خلال أعمال الترميم.",
        "وقال مدير المكتبة وديع شاهين إن قاعة الأطفال ستبقى مفتوحة حتى المساء، وإن الاشتراك في المكتبة مجاني لطلاب المدارس.",
        "وشارك حرفيون من أبناء الحي القديم في ترميم السقف والأبواب بالطرق التقليدية التي تعلموها من آبائهم.",
        "وتقام في المكتبة أمسية شعرية كل خميس.",
    ),
    (
        "اتفاق جديد بين بلدين جارين على تقاسم مياه النهر",
        "توصل بلدان جاران إلى اتفاق جديد على تقاسم مياه النهر المشترك، ينهي خلافا استمر عقدين حول سد بني على مجراه الأعلى.",
        "وينص الاتفاق على إطلاق كمية ثابتة من المياه كل شهر، وعلى لجنة فنية تقيس منسوب النهر وتنشر أرقامه للعموم.",
        "ورحب صيادون على ضفتي النهر بالاتفاق، وقالوا إن انخفاض المياه في الصيف الماضي أفقدهم نصف رزقهم.",
        "وسيعرض الاتفاق على برلماني البلدين قبل نهاية الشهر، على أن تدخل بنوده حيز التنفيذ مطلع العام المقبل.",
        "ولم تنشر خرائط السد.",
    ),
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
EN_STORIES = (
    (
        "Council approves plan to extend electric bus network",
        "The city council has approved a plan to extend the electric bus network to the eastern districts, which have gone years without regular public transport.",
        '"We want every pupil to reach school on a clean bus," council leader Adam Mansour said, adding that money for the buses was in place.',
        "Traders in the old market objected to the new bus route because it removes a car park that their customers have used for decades.",
        "The city tried electric buses three years ago on a single line between the harbour and the railway station, with promising results.",
        "The first buses run next month.",
    ),
    (
        "Date exports climb by a third in the first half of the year",
        "Exports of dates climbed by almost a third in the first half of the year after markets in Asia opened their doors to the finest varieties.",
        "Dried dates led the list, the chamber of agriculture said, and packing plants have been working at full capacity since early spring.",
        "Growers in the oases said wholesale prices had not kept pace with exports, while the cost of chilled transport had doubled in two years.",
        "The new harvest begins in September, and a large crop of dates is expected if the nights stay warm.",
        "Dates are the second largest export.",
    ),
    (
        "Coast United reach cup final after penalty shoot-out",
        "Coast United reached the cup final on penalties against Hillside after normal and extra time had ended level at a packed harbour ground.",
        "Striker Kareem Nasser scored the equaliser for Coast United in the last minute of normal time to the delight of the home supporters.",
        '"We practised penalties once this season, but the goalkeeper was the hero of the night," the United manager said after the shoot-out.',
        "United will meet the winner of tomorrow's tie between Athletic and Rovers in the final at the national stadium.",
        "Their captain will miss the final.",
    ),
    (
        "Researchers breed wheat seeds that cope with salty soil",
        "Researchers at the farming institute have bred wheat seeds that cope with salty soil, raising hopes for plains that farmers abandoned years ago.",
        "The seeds were sown in twenty trial fields over three seasons, and the yield was about a quarter higher than that of local wheat.",
        "The seeds have not been genetically modified, said the leader of the researchers, Salwa Murad: they come from a wild wheat of the hills.",
        "Two more seasons are needed to multiply the seeds before farmers can buy them at a subsidised price.",
        "No price has been set for the seeds.",
    ),
    (
        "Public library reopens in old quarter after long restoration",
        "The public library in the old quarter has reopened to readers after six years of restoration that brought back its wooden dome and coloured windows.",
        "The library holds more than forty thousand books, among them rare manuscripts that were kept in crates during the restoration.",
        "The children's room will stay open until evening, and membership of the library is free for pupils, said its director, Wade Shaheen.",
        "Craftsmen from the old quarter restored the ceiling and the doors in the manner that they had learned from their fathers.",
        "The library holds a poetry evening every Thursday.",
    ),
    (
        "Neighbouring states agree to share water of the river",
        "Two neighbouring states have agreed to share the water of the river that both live by, ending a dispute of twenty years over a dam on its upper course.",
        "The agreement sets a fixed flow of water for each month, and a technical committee will measure the level of the river and publish its figures.",
        "Fishermen on both banks of the river welcomed the agreement and said that low water last summer had cost them half their income.",
        "The agreement goes to both parliaments before the end of the month and is due to take effect early next year.",
        "No maps of the dam were published.",
    ),
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

    stories: tuple[tuple[str, ...], ...]
    names: tuple[str, ...]
    sources: tuple[str, ...]
    keywords: tuple[str, ...]
    dates: tuple[tuple[str, str], ...]
    labels: dict[str, tuple[str, ...]]
    embedded: tuple[str, ...]
    boilerplate: tuple[str, ...]
    comma: str


ARABIC = Words(*(AR_STORIES, AR_NAMES, AR_SOURCES, AR_KEYWORDS, AR_DATES, AR_LABELS, AR_EMBEDDED, AR_BOILERPLATE, "، "))
ENGLISH = Words(
    *(EN_STORIES, EN_NAMES, EN_SOURCES, EN_KEYWORDS, EN_DATES, EN_LABELS, EN_EMBEDDED, EN_BOILERPLATE, ", ")
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
        self._stories = random.sample(words.stories, len(words.stories))

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
            lines += [self._embedded_label(), *(title for title, *_ in self._stories[:3])]
        if random.random() < 0.3:
            lines.append(random.choice(words.boilerplate))
        return self._joined(lines), articles

    def _article(self, *, first: bool) -> tuple[list[str], Known]:
        random, words = self._random, self._words
        title, *paragraphs = self._stories.pop()
        # The first paragraph says what the story is about, the last is short; between them any may be missing.
        story = [paragraphs[0], *(p for p in paragraphs[1:-1] if random.random() < 0.7), *paragraphs[-1:]]
        story = story if random.random() < 0.6 else story[:-1]
        known = Known(title, list(story))
        above, below = self._labels(known, first=first)
        body = list(story)
        if random.random() < 0.5:
            body.insert(random.randrange(1, len(body) + 1), random.choice(words.boilerplate))
        if first and random.random() < 0.3 and len(body) > 2:
            link = f"{random.choice(words.embedded)}: {self._stories[0][0]}"
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
