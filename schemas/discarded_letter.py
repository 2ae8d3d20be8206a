"""DiscardedLetter: a dead letter that a person threw away, who and why, on ``articles.dead-letter.audit``."""

from datetime import datetime

from pydantic import Field

from schemas.contract import Contract
from schemas.dead_letter import Origin, Reason


class DiscardedLetter(Contract):
    """What is left of a dead letter that will not go back. The letter itself stays until its topic's retention."""

    number: str = Field(description="Of the letter in articles.dead-letter: partition/offset.")
    because: str = Field(description="Why it was discarded, as the person said.")
    discarded_by: str = Field(description="Who: what --by said, else user@host.")
    discarded_at: datetime = Field(description="When, in UTC.")
    reason: Reason = Field(description="The letter's own, like the fields below.")
    stage: str
    origin: Origin | None = None
    size: int
    sha256: str = Field(description="Of the whole input, in hex: a copy of it elsewhere can be told by it.")
    version: str = Field(description="The Rafid version that discarded it.")
