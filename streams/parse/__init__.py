"""Parse: a raw page (text, HTML, a feed) becomes its articles. Pure: bytes in, articles or a ``Refusal`` out.

Heavy libraries and the language model are loaded when a ``Parser`` is built, not on import.
"""

from streams.parse.finding import Finding
from streams.parse.limits import ParseLimits
from streams.parse.parser import Parser

__all__ = ["Finding", "ParseLimits", "Parser"]
