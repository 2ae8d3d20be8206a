"""Failure: what stops a command or a worker for a reason that we foresee, told in one line with what to do."""

import os


class Failure(Exception):
    """Not a fault of an input (that is ``schemas.dead_letter.Refusal``): the input stays where it is.

    ``exit_code`` is what the process ends with, by the names of sysexits.h.
    """

    exit_code = os.EX_SOFTWARE


class Unavailable(Failure):
    """Something that we need is not there: a broker, a topic, a file of Kafka's."""

    exit_code = os.EX_UNAVAILABLE


class Misconfigured(Failure):
    """A file or setting of the user's is wrong."""

    exit_code = os.EX_CONFIG
