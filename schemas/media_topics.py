"""The 17 top-level IPTC Media Topics: code, slug and name. Pure data, the vocabulary of topic streams.

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
