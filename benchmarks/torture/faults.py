"""The faults: one small function each. It breaks something, lasts as long as chance says, and returns at its end."""

import time
from collections.abc import Callable
from typing import NamedTuple

from benchmarks.torture import oddities
from benchmarks.torture.proxy import Trouble
from benchmarks.torture.scene import Scene
from streams.delivery.faust_options import SESSION_SECONDS
from streams.settings import AGENT_NAMES

HOUR, DAY = 3600.0, 86_400.0
JUMPS = (3 * HOUR, -3 * HOUR, 8 * DAY, -8 * DAY, 45.0, -45.0, 0.0)  # 7 days are what topics keep, 1 hour Kafka trusts
ROLES = ("leader", "group coordinator", "transaction coordinator", "all at once")
NETWORK = (Trouble.DELAY, Trouble.CUT, Trouble.HALF_OPEN, Trouble.DEAF, Trouble.DUMB)


def kill(scene: Scene, _turn: int) -> None:
    """``kill -9`` of a worker at a random moment; a new one begins at once."""
    time.sleep(scene.chance.uniform(0.0, 2.0))
    hand = scene.chance.choice(scene.crew.steady())
    hand.kill()
    scene.crew.replace(hand)


def sigterm(scene: Scene, _turn: int) -> None:
    """SIGTERM to a worker, which must end with 0; a new one begins."""
    time.sleep(scene.chance.uniform(0.0, 2.0))
    hand = scene.chance.choice(scene.crew.steady())
    scene.crew.leave(hand)
    scene.crew.replace(hand)


def sigstop(scene: Scene, _turn: int) -> None:
    """SIGSTOP until the group has given its partitions away, then SIGCONT: a zombie wakes up."""
    time.sleep(scene.chance.uniform(0.0, 2.0))
    hand = scene.chance.choice(scene.crew.steady())
    hand.freeze(whole=scene.chance.random() < 0.5)
    time.sleep(SESSION_SECONDS + scene.chance.uniform(1.0, 5.0))
    hand.thaw()


def rebalance(scene: Scene, turn: int) -> None:
    """A worker joins, with one agent or all, and leaves soon after."""
    agents = ((name,) for name in AGENT_NAMES)
    hand = scene.crew.start([*agents, AGENT_NAMES][turn % 4], kept=False)
    time.sleep(scene.chance.uniform(3.0, 8.0))
    scene.crew.leave(hand)


def broker(scene: Scene, turn: int) -> None:
    """``kill -9`` of a broker, by role in turn, and its restart a little later."""
    roles = scene.cluster.roles(scene.settings.group, scene.settings.topics.raw)
    nodes = roles[ROLES[turn % len(ROLES)]]()
    scene.cluster.kill(*nodes)
    time.sleep(scene.chance.uniform(0.0, 8.0))
    scene.cluster.restart(*nodes)


def network(scene: Scene, turn: int) -> None:
    """A bad network between workers and brokers, for 5 to 60 s: more often short than long."""
    trouble = NETWORK[turn % len(NETWORK)]
    scene.cluster.network(trouble, scene.chance.uniform(0.1, 1.0))
    time.sleep(5.0 + 55.0 * scene.chance.random() ** 2)
    scene.cluster.network(Trouble.NONE)


def disk(scene: Scene, turn: int) -> None:
    """The brokers' disk is full, or refuses all writing; then there is room again, and who died is started."""
    full = scene.cluster.disk is not None and turn % 2 == 0
    undo = scene.cluster.fill_disk() if full else scene.cluster.forbid_writing()
    time.sleep(scene.chance.uniform(8.0, 20.0))
    undo()
    dead = [node for node in scene.cluster.nodes if node not in scene.cluster.alive()]
    scene.cluster.restart(*dead)


def clock(scene: Scene, turn: int) -> None:
    """The clock of the workers jumps by seconds, hours or days, forth and back."""
    scene.set_clock(JUMPS[turn % len(JUMPS)])


def poison(_scene: Scene, _turn: int) -> None:
    """Nothing to do: one in 100 inputs does it (inputs.py)."""


class Fault(NamedTuple):
    """A fault, how often at least (the least amount that is promised), and what it needs."""

    strike: Callable[[Scene, int], None]
    times: int
    proxied: bool = False
    small_disk: bool = False
    poison_every: int = 0
    patience: float = 300.0
    """RAFID_BROKER_PATIENCE of the workers."""
    mixes: bool = True
    """Whether it can be one among others on the same river."""


FAULTS = {
    "kill": Fault(kill, 50),
    "sigterm": Fault(sigterm, 20),
    "sigstop": Fault(sigstop, 20),
    "rebalance": Fault(rebalance, 50),
    "broker": Fault(broker, 20),
    "network": Fault(network, 20, proxied=True),
    "disk": Fault(disk, 3, small_disk=True),
    "poison": Fault(poison, 1, poison_every=100),
    "clock": Fault(clock, 7),
    "gone": Fault(oddities.gone, 1, patience=15.0, mixes=False),
    "topic-deleted": Fault(oddities.topic_deleted, 3, mixes=False),
    "partitions-added": Fault(oddities.partitions_added, 1, mixes=False),
    "retention": Fault(oddities.retention, 2, mixes=False),
}
