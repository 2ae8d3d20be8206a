"""Countries are found with clitics and inflections, and what only looks like one is left alone."""

import pytest

from streams.tag.cities import Cities
from streams.tag.place_language import language_of
from streams.tag.place_words import Kind
from streams.tag.places import Gazetteer, _rows

FILLER = "وتحدث الحاضرون عن أمور كثيرة لا صلة لها بالمكان ثم انصرفوا. "


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


def found(gazetteer: Gazetteer, text: str, title: str | None = None, language: str | None = None) -> list[str]:
    return [mention.country for mention in gazetteer.countries(title, text, language)]


@pytest.mark.parametrize(
    ("text", "countries"),
    [
        ("اجتمع الوفدان بموسكو أمس", ["RU"]),
        ("ولبنان بلد جميل", ["LB"]),
        ("قدمت المنحة للسودان", ["SD"]),
        ("استقل جنوب السودان قبل سنوات", ["SS"]),
        ("أطلقت كوريا الجنوبية قمرا", ["KR"]),
        ("سافر إلى كوريا الشمالية", ["KP"]),
        ("قمة بين زعيمي الكوريتين", ["KR", "KP"]),
        ("زار وفد كوريا المدينة", []),
        ("وصل الفريق إلى سيئول ثم غادر كوريا", ["KR"]),
        ("جرفت سيول الجبل سيارات", []),
        ("وقعت بريطانيا والولايات المتحدة الاتفاق", ["GB", "US"]),
        ("عاد من أميركا", ["US"]),
        ("منتخبات أمريكا الجنوبية", []),
        ("نقلت واشنطن بوست عن مصدر", []),
        ("قتلى في غزة ورام الله", ["PS"]),
        ("قال مراسل الجزيرة", []),
        ("احتفلت الجزائر باستقلالها", ["DZ"]),
        ("تلقى دعم مالي من المؤسسة", []),
        ("انقلاب في مالي", ["ML"]),
        ("اجتمع قادة باماكو ثم أعلنت مالي الحداد", ["ML"]),
        ("مدرسة بنين جديدة", []),
        ("النيجر ونيجيريا جارتان", ["NE", "NG"]),
        ("الكونغو الديمقراطية", ["CD"]),
        ("زار الكونغو", ["CD"]),
        ("زار الكونغو ثم برازافيل", ["CG"]),
        ("غينيا بيساو", ["GW"]),
        ("في بابوا غينيا الجديدة", ["PG"]),
        ("غرقت تشاد في الديون", ["TD"]),
        ("بعد صلاة المغرب", []),
        ("عاد إلى مسقط رأسه", []),
        ("لعب ريال مدريد", ["ES"]),
        ("أصيب في قدمه اليمنى", []),
        ("تعلم الفروسية وأحب فروسية الأجداد", []),
        ("مقال أدبي", []),
        ("فيلم بروس الجديد", []),
        ("دعا بروكسل إلى التريث", []),
        ("زار بلجيكا وبروكسل", ["BE"]),
        ("اقتحم مستوطنون القدس", []),
        ("نقلت إسرائيل وزارة إلى القدس", ["IL"]),
        ("شيّعت فلسطين شهيدها في القدس", ["PS"]),
        ("طرابلس", ["LY"]),
        ("في طرابلس شمالي لبنان", ["LB"]),
        ("اتفاقية باريس للمناخ", []),
        ("ایرلندا کندا", ["CA", "IE"]),
        ("أعلن القطاع خطة جديدة للقطاع", []),
        ("رفع القطاع طلبا إلى وزارة غزة", ["PS"]),
        ("تحدث الدكتور السوداني عن بحثه", []),
        ("أعلنت الوزارة السودانية بدء التسجيل", ["SD"]),
        ("أقلعت طائرة سودانية من المطار", ["SD"]),
        ("اتهمت الجماعة بأن جماعة الإخوان كالإخوان", []),
        ("خرجت الحشرات من الشرق الأقصى", []),
        ("كتب الكلمة بالإنجليزية", []),
    ],
)
def test_arabic_names(gazetteer: Gazetteer, text: str, countries: list[str]) -> None:
    assert sorted(found(gazetteer, text, language="ar")) == sorted(countries)


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("زار عمان أمس", "OM"),
        ("اجتمع في عمّان", "JO"),
        ("قال وزير الخارجية الأردني في الأردن إن عمان ترحب", "JO"),
        ("سلطنة عمان", "OM"),
    ],
)
def test_oman_and_amman_are_told_apart(gazetteer: Gazetteer, text: str, country: str) -> None:
    assert found(gazetteer, text) == [country]


@pytest.mark.parametrize("text", ["الرئيس الروسي", "السفارة الروسية", "المواطنون الروس", "للاعبين الروسيين"])
def test_an_adjective_in_the_title_is_enough(gazetteer: Gazetteer, text: str) -> None:
    assert found(gazetteer, FILLER, title=text) == ["RU"]


def test_an_adjective_in_passing_is_not_enough(gazetteer: Gazetteer) -> None:
    text = "فاز الفريق في فرنسا على ضيفه الفرنسي. " + FILLER * 8 + "وسجل اللاعب البرازيلي هدفا"
    assert found(gazetteer, text) == ["FR"]


def test_adjectives_again_and_again_are_enough(gazetteer: Gazetteer) -> None:
    assert found(gazetteer, "سجل اللاعب البرازيلي هدفا وقال المدرب البرازيلي إنه سعيد") == ["BR"]


def test_a_family_name_is_never_enough(gazetteer: Gazetteer) -> None:
    text = "قال محمد السوداني إن خالد المغربي وعلي التركي حضروا. وأضاف السوداني والمغربي والتركي"
    assert found(gazetteer, text, title="السوداني يلتقي المغربي") == []


def test_of_two_adjectives_the_longer_one_wins(gazetteer: Gazetteer) -> None:
    assert found(gazetteer, FILLER, title="الجيش الكوري الشمالي") == ["KP"]


@pytest.mark.parametrize(
    ("text", "countries"),
    [
        ("The US and the U.K. signed", ["GB", "US"]),
        ("They told us to leave", []),
        ("Chad Miller and Jordan Reed scored", []),
        ("Aid workers in Chad left N'Djamena", ["TD"]),
        ("Rain fell in Jordan", ["JO"]),
        ("Roast the turkey and serve Turkey slices", []),
        ("Turkey's central bank", ["TR"]),
        ("Voters in Georgia queued", []),
        ("Tbilisi is the capital of Georgia", ["GE"]),
        ("Texas and Georgia voted", ["US"]),
        ("South Sudan and Sudan", ["SD", "SS"]),
        ("Papua New Guinea", ["PG"]),
        ("New Mexico and New South Wales", ["AU", "US"]),
        ("Equatorial Guinea", ["GQ"]),
        ("LONDON (Reuters) - Shares fell", ["GB"]),
        ("A New York City court ruled", ["US"]),
        ("Georgia O'Keeffe painted flowers", []),
        ("Brussels has decided", []),
        ("the Washington Post reported", []),
        ("Côte d’Ivoire won", ["CI"]),
        ("Latin America", []),
        ("The two Koreas talk", ["KP", "KR"]),
    ],
)
def test_english_names_keep_their_case(gazetteer: Gazetteer, text: str, countries: list[str]) -> None:
    assert sorted(found(gazetteer, text, language="en")) == countries


@pytest.mark.parametrize(
    ("language", "text", "countries"),
    [
        ("fr", "Les joueuses sénégalaises ont quitté la France. Les Sénégalais", ["FR", "SN"]),
        ("fr", "Maurice est arrivé à la réunion", []),
        ("fr", "L'île Maurice", ["MU"]),
        ("fa", "وزیر خارجه ایران به ترکیه رفت", ["IR", "TR"]),
        ("fa", "حمایت مالی از تولید", []),
        ("ur", "بھارت اور پاکستان کے درمیان", ["IN", "PK"]),
        ("de", "Russlands Präsident in der Türkei", ["RU", "TR"]),
        ("de", "Island liegt im Norden", ["IS"]),
        ("en", "Long Island", ["US"]),
        ("fa", "قیمت دلار به صد هزار ریال رسید", []),
        ("tr", "Almanya'nın Mısır ziyareti", ["DE", "EG"]),
        ("es", "El presidente de Perú viajó a Estados Unidos", ["PE", "US"]),
        ("ru", "Переговоры России с Китаем", ["CN", "RU"]),
    ],
)
def test_other_languages(gazetteer: Gazetteer, language: str, text: str, countries: list[str]) -> None:
    assert sorted(found(gazetteer, text, language=language)) == countries


def test_the_title_counts_more(gazetteer: Gazetteer) -> None:
    text = FILLER * 2 + "شارك وفد من مصر."
    assert found(gazetteer, text, title="فرنسا تستضيف القمة") == ["FR", "EG"]


def test_the_country_of_the_story_comes_before_one_named_later(gazetteer: Gazetteer) -> None:
    text = "أعلنت مصر خطة جديدة وقالت القاهرة إنها جاهزة. " + FILLER * 3 + "وشارك وفد من اليابان."
    assert found(gazetteer, text)[0] == "EG"


def test_a_country_named_far_down_is_left_out_but_explained(gazetteer: Gazetteer) -> None:
    text = "أعلنت مصر خطة جديدة وقالت القاهرة إنها جاهزة. " + FILLER * 30 + "وكان قد زار اليابان."
    reasons = {reason.country: reason for reason in gazetteer.explain(None, text)}
    assert found(gazetteer, text) == ["EG"]
    assert reasons["EG"].is_given
    assert not reasons["JP"].is_given
    assert reasons["JP"].relevance < reasons["EG"].relevance


def test_an_explanation_has_all_words_with_kind_and_count(gazetteer: Gazetteer) -> None:
    text = "اجتمعوا بموسكو، ثم عادوا إلى موسكو. وقال بوتين إن روسيا راضية عن الموقف الروسي"
    (reason,) = gazetteer.explain(None, text)
    assert reason.words == [
        ("بموسكو", Kind.CITY, 1),
        ("موسكو", Kind.CITY, 1),
        ("بوتين", Kind.INSTITUTION, 1),
        ("روسيا", Kind.NAME, 1),
        ("الروسي", Kind.ADJECTIVE, 1),
    ]


def test_relevance_is_of_a_hundred(gazetteer: Gazetteer) -> None:
    (mention,) = gazetteer.countries("قمة في روسيا", "قالت روسيا إن القمة ناجحة")
    assert 90 <= mention.relevance <= 100


@pytest.mark.parametrize(
    ("language", "text", "country"),
    [
        ("ar", "فاز ريال مدريد على ضيفه", "ES"),
        ("ar", "أعلنت حركة حماس موقفها", "PS"),
        ("ar", "أقر الكونغرس الميزانية", "US"),
        ("en", "Boris Johnson faced MPs in the House of Commons", "GB"),
        ("fr", "La SNCF et Emmanuel Macron", "FR"),
        ("de", "Die CDU und die SPD streiten im Bundestag", "DE"),
        ("tr", "TBMM Genel Kurulu toplandı, AK Parti ve CHP", "TR"),
        ("es", "La Audiencia Nacional y el PSOE", "ES"),
        ("fa", "نمایندگان مجلس شورای اسلامی در تهران", "IR"),
        ("ur", "قومی اسمبلی میں تحریک انصاف", "PK"),
    ],
)
def test_clubs_parties_and_heads_of_state_stand_for_their_country(
    gazetteer: Gazetteer, language: str, text: str, country: str
) -> None:
    assert found(gazetteer, text, language=language) == [country]


@pytest.mark.parametrize(
    ("text", "countries"),
    [
        ("أمطار في سوسة والمنستير أمس", ["TN"]),
        ("وجد الحشرة سوسة في القمح", []),
        ("حريق بمدينة سوسة", ["TN"]),
        ("نقلت وكالة فرانس برس الخبر", []),
        ("سباق فاز به فالنتينو روسي", []),
    ],
)
def test_doubtful_words_bear_each_other_out(gazetteer: Gazetteer, text: str, countries: list[str]) -> None:
    assert found(gazetteer, text, language="ar") == countries


@pytest.mark.parametrize(
    ("language", "text", "country"),
    [
        ("es", "La presidenta argentina y los ministros argentinos", "AR"),
        ("es", "Las autoridades españolas y un juez español", "ES"),
        ("de", "Der französische Minister traf französischen Bauern", "FR"),
        ("tr", "Fransızlar grevde, Fransız sendikaları kararlı", "FR"),
        ("fr", "Les autorités grecques et un juge grec", "GR"),
        ("ru", "Российские власти и российский суд", "RU"),
    ],
)
def test_adjectives_are_inflected(gazetteer: Gazetteer, language: str, text: str, country: str) -> None:
    assert found(gazetteer, text, language=language) == [country]


def test_a_mention_is_given_as_written(gazetteer: Gazetteer) -> None:
    mention, *_ = gazetteer.countries(None, "اجتمعوا «بالأُردن»، والأردن بلد مضيف")
    assert (mention.country, mention.count, mention.first) == ("JO", 2, "بالأُردن")


def test_empty_text_has_no_country(gazetteer: Gazetteer) -> None:
    assert gazetteer.countries(None, "") == []


def test_names_are_in_the_readers_language(gazetteer: Gazetteer) -> None:
    assert gazetteer.name("EG") == "Egypt"
    assert gazetteer.name("EG", "ar-EG") == "مصر"
    assert gazetteer.name("EG", "xx") == "Egypt"
    assert gazetteer.name("ZZ", "ar") == "ZZ"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("قال الوزير إن الاجتماع ناجح", "ar"),
        ("رئیس‌جمهور گفت که این کشور پیشرفت کرده است", "fa"),
        ("وزیراعظم نے کہا ہے کہ یہ بڑی کامیابی ہے", "ur"),
        ("Министр сказал", "ru"),
        ("The minister said that it was in the house", "en"),
        ("Le ministre est dans la maison des enfants", "fr"),
        ("Der Minister ist mit dem Zug und nicht auf der Straße", "de"),
        ("El ministro dijo que los niños por la calle", "es"),
        ("Bakan bir açıklama yaptı ve bu için geldi", "tr"),
    ],
)
def test_the_language_is_guessed(text: str, language: str) -> None:
    assert language_of(text) == language


def test_build_leaves_nothing_to_be_built_for_an_article() -> None:
    gazetteer = Gazetteer(_rows(), Cities.load())
    gazetteer.build()
    built = dict(gazetteer._indexes)
    for language in ("ar", "de", "en", "es", "fa", "fr", "ru", "tr", "ur", None):
        gazetteer.places("", "Paris", language)
    assert gazetteer._indexes == built
