"""Parse: a raw page (text, HTML, a feed) becomes its articles. Pure: bytes in, articles or a ``Refusal`` out.

Heavy libraries and the language model are loaded when a ``Parser`` is built, not on import.
"""

from streams.parse.finding import Finding
from streams.parse.limits import ParseLimits
from streams.parse.parser import Parser
from streams.parse.site_rules import SiteRule, SiteRulesError, read_site_rules

__all__ = ["Finding", "ParseLimits", "Parser", "SiteRule", "SiteRulesError", "read_site_rules"]
