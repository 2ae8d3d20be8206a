"""The 17 top-level IPTC Media Topics and some below them: code, slug and name. Pure data, the vocabulary of topics.

Source: IPTC NewsCodes, http://cv.iptc.org/newscodes/mediatopic/ (CC BY 4.0).
"""

from typing import NamedTuple


class MediaTopic(NamedTuple):
    """One top-level topic.

    ``code`` is IPTC's eight digits, ``slug`` the word in the name of the topic stream, ``name`` and
    ``arabic`` IPTC's own labels.
    """

    code: str
    slug: str
    name: str
    arabic: str

    @property
    def uri(self) -> str:
        """The concept as a URI, for example ``medtop:11000000``."""
        return f"medtop:{self.code}"


class Subtopic(NamedTuple):
    """A topic below the top level: IPTC's eight digits, our slug, IPTC's name (2019-02), and what it belongs under."""

    code: str
    slug: str
    name: str
    parent: MediaTopic

    @property
    def uri(self) -> str:
        """The concept as a URI, for example ``medtop:20001065``."""
        return f"medtop:{self.code}"


MEDIA_TOPICS: tuple[MediaTopic, ...] = (
    MediaTopic("01000000", "arts", "arts, culture, entertainment and media", "فنون، ثقافة وترفيه"),
    MediaTopic("02000000", "crime", "crime, law and justice", "جريمة، قانون وقضاء"),
    MediaTopic("03000000", "disaster", "disaster, accident and emergency incident", "كوارث وحوادث"),
    MediaTopic("04000000", "economy", "economy, business and finance", "اقتصاد، اعمال ومال"),
    MediaTopic("05000000", "education", "education", "تربية"),
    MediaTopic("06000000", "environment", "environment", "بيئة"),
    MediaTopic("07000000", "health", "health", "صحة"),
    MediaTopic("08000000", "human-interest", "human interest", "قضية انسانية"),
    MediaTopic("09000000", "labour", "labour", "عمل"),
    MediaTopic("10000000", "lifestyle", "lifestyle and leisure", "حياة يومية وترفيه"),
    MediaTopic("11000000", "politics", "politics", "سياسة"),
    MediaTopic("12000000", "religion", "religion and belief", "ديانة ومعتقدات"),
    MediaTopic("13000000", "science", "science and technology", "علوم وتكنولوجيا"),
    MediaTopic("14000000", "society", "society", "قضايا اجتماعية"),
    MediaTopic("15000000", "sport", "sport", "رياضة"),
    MediaTopic("16000000", "conflict", "conflict, war and peace", "نزاعات، حرب وسلام"),
    MediaTopic("17000000", "weather", "weather", "طقس"),
)

BY_SLUG = {topic.slug: topic for topic in MEDIA_TOPICS}
BY_URI = {topic.uri: topic for topic in MEDIA_TOPICS}

SUBTOPICS: tuple[Subtopic, ...] = (
    Subtopic("20001065", "soccer", "soccer", BY_SLUG["sport"]),
    Subtopic("20000851", "basketball", "basketball", BY_SLUG["sport"]),
    Subtopic("20001085", "tennis", "tennis", BY_SLUG["sport"]),
    Subtopic("20000827", "athletics", "athletics, track and field", BY_SLUG["sport"]),
    Subtopic("20000888", "cricket", "cricket", BY_SLUG["sport"]),
    Subtopic("20000991", "motor-racing", "motor car racing", BY_SLUG["sport"]),
    Subtopic("20000892", "cycling", "cycling", BY_SLUG["sport"]),
    Subtopic("20001089", "volleyball", "volleyball", BY_SLUG["sport"]),
    Subtopic("20000385", "markets", "market and exchange", BY_SLUG["economy"]),
    Subtopic("20000370", "inflation", "inflation", BY_SLUG["economy"]),
    Subtopic("20000350", "central-bank", "central bank", BY_SLUG["economy"]),
    Subtopic("20000210", "agriculture", "agriculture", BY_SLUG["economy"]),
    Subtopic("20001243", "oil-and-gas", "oil and gas industry", BY_SLUG["economy"]),
    Subtopic("20000574", "election", "election", BY_SLUG["politics"]),
    Subtopic("20000638", "international-relations", "international relations", BY_SLUG["politics"]),
    Subtopic("20000615", "parliament", "parliament", BY_SLUG["politics"]),
    Subtopic("20000099", "homicide", "homicide", BY_SLUG["crime"]),
    Subtopic("20000095", "drug-crime", "drug related crimes", BY_SLUG["crime"]),
    Subtopic("20000111", "court-trial", "trial (court)", BY_SLUG["crime"]),
    Subtopic("20000153", "earthquake", "earthquake", BY_SLUG["disaster"]),
    Subtopic("20000154", "flood", "flood", BY_SLUG["disaster"]),
    Subtopic("20000150", "fire", "fire", BY_SLUG["disaster"]),
    Subtopic("20000147", "road-accident", "road accident and incident", BY_SLUG["disaster"]),
    Subtopic("20000144", "air-accident", "air and space accident and incident", BY_SLUG["disaster"]),
    Subtopic("20000418", "climate-change", "climate change", BY_SLUG["environment"]),
    Subtopic("20000400", "school", "school", BY_SLUG["education"]),
    Subtopic("20000407", "university", "university", BY_SLUG["education"]),
    Subtopic("20000449", "epidemic", "epidemic", BY_SLUG["health"]),
    Subtopic("20000447", "cancer", "cancer", BY_SLUG["health"]),
    Subtopic("20000530", "labour-strike", "labour strike", BY_SLUG["labour"]),
    Subtopic("20000005", "cinema", "cinema", BY_SLUG["arts"]),
    Subtopic("20000018", "music", "music", BY_SLUG["arts"]),
    Subtopic("20000229", "computer-security", "computer security", BY_SLUG["science"]),
    Subtopic("20000739", "space", "space exploration", BY_SLUG["science"]),
    Subtopic("20000053", "terror-act", "act of terror", BY_SLUG["conflict"]),
    Subtopic("20000073", "peace-process", "peace process", BY_SLUG["conflict"]),
    Subtopic("20000677", "islam", "Islam", BY_SLUG["religion"]),
    Subtopic("20000659", "christianity", "Christianity", BY_SLUG["religion"]),
    Subtopic("20000771", "immigration", "immigration", BY_SLUG["society"]),
    Subtopic("20000563", "travel-and-tourism", "travel and tourism", BY_SLUG["lifestyle"]),
)

SUBTOPIC_BY_SLUG = {subtopic.slug: subtopic for subtopic in SUBTOPICS}
