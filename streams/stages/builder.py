"""Building a stage in the process that runs it."""

from dataclasses import dataclass

from streams.delivery.stage import Stage
from streams.settings import AgentName, Settings

# ruff: noqa: PLC0415 - a process imports its own stage alone: all three, in all three, would be 30 MB and a second more


@dataclass(frozen=True)
class StageBuilder:
    """Builds the stage of an agent, in the process that will run it.

    ``whole``: with all that is built when first needed otherwise, for a ``StageProcess``, whose inputs have a limit of
    time.
    """

    agent: AgentName
    settings: Settings
    whole: bool = False

    def __call__(self) -> Stage:
        """Load the models and rules; raises ``RoutesError``, ``SiteRulesError``, ``TopicModelError``."""
        match self.agent:
            case "parse":
                return self._parse()
            case "tag":
                return self._tag()
            case "route":
                return self._route()

    def _parse(self) -> Stage:
        from streams.parse import ParseLimits, read_site_rules
        from streams.stages.parse import ParseStage

        limits = ParseLimits(text_bytes=self.settings.text_bytes, html_bytes=self.settings.html_bytes)
        return ParseStage(self.settings.topics, limits, read_site_rules(self.settings.sources))

    def _tag(self) -> Stage:
        from streams.stages.tag import TagStage
        from streams.tag import Tagger, topic_model

        tagger = Tagger(topic_model(self.settings.topic_model, self.settings.topic_thresholds))
        if self.whole:
            tagger.gazetteer.build()
        return TagStage(self.settings.topics, tagger, explains=self.settings.explain_tags)

    def _route(self) -> Stage:
        from streams.route import Router
        from streams.stages.route import RouteStage

        return RouteStage(self.settings.topics, Router.load(self.settings.routes))
