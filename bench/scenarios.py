"""What is measured, the marks that Godwit has to reach, and how the brokers take turns."""

import collections
import resource
import statistics
import sys
import time

from brokers import Broker, Failed
from configurations import TITLES

# A figure of a scenario: `key` in what mqload prints; `ratio` is the mark for the ratio to mosquitto,
# `most` the mark for the figure itself; a figure without either is shown only.
Figure = collections.namedtuple("Figure", "title key ratio most", defaults=(None, None))
# `timed` scenarios last --seconds and are warmed up for --warmup-seconds; others have a fixed amount of work,
# and are warmed up by `warm` runs of it. Where `one_core` is set the broker and mqload share one. Each broker has
# --runs runs, `often` times over.
Scenario = collections.namedtuple(
    "Scenario", "title options figures timed warm one_core often", defaults=(True, 1, False, 1)
)

CPU = "broker_cpu_us_per_msg"


def per_message(title, options, mark):
    return Scenario(title, options, [Figure("CPU, us per message", CPU, ratio=mark)])


def storm(where, mark):
    return Scenario(
        f"15,000 connect at once, to a broker that has served 120,000, {where}",
        "--scenario conns --subs 15000 --seconds 0.5",
        [Figure("CPU, us per connection", "broker_cpu_us_per_conn", ratio=mark)],
        timed=False,
        warm=8,
        often=2,
    )


SHARED = "--scenario fanin --pubs 100 --subs 4 --shared 1 --qos 1 --version 5"
SLOW_PAIRS = "--scenario p2p --pubs 1000 --subs 1000 --qos 0 --rate 10000"
RUNNING = [
    per_message("fan-out 1 to 100, QoS 0", "--scenario fanout --subs 100 --qos 0", 0.10),
    per_message("fan-out 1 to 10, QoS 1", "--scenario fanout --subs 10 --qos 1", 0.07),
    per_message("fan-out 1 to 10, QoS 2", "--scenario fanout --subs 10 --qos 2", 0.06),
    per_message(
        "fan-out 1 to 100, QoS 0, 16 KB",
        "--scenario fanout --subs 100 --qos 0 --size 16384 --window 50",
        0.95,
    ),
    per_message("fan-in 100 to 1, QoS 0", "--scenario fanin --pubs 100 --subs 1 --qos 0", 0.17),
    per_message("fan-in 100 to 4 shared, QoS 1, version 5", SHARED, 0.14),
    per_message("100 pairs, QoS 1", "--scenario p2p --pubs 100 --subs 100 --qos 1", 0.16),
    # At this rate a broker with a core of its own sleeps after nearly every message, and to be woken costs more than all
    # that it does; whether it has one is the system's choice, anew in each run. So it is with connections.
    per_message(
        "1,000 pairs, QoS 0, 10,000 messages/s in all, on one core with mqload", SLOW_PAIRS, 1.0
    )._replace(one_core=True),
    per_message("1,000 pairs, QoS 0, 10,000 messages/s in all, on any core", SLOW_PAIRS, None),
    Scenario(
        "10 pairs, QoS 0, 1,000 messages/s in all",
        "--scenario p2p --pubs 10 --subs 10 --qos 0 --rate 1000",
        [
            Figure("latency p50, us", "p50_us", ratio=1.0),
            Figure("latency p99, us", "p99_us", ratio=1.0),
        ],
        often=3,
    ),
    storm("on one core with mqload", 1.0)._replace(one_core=True),
    storm("on any core", None),
    Scenario(
        "offline, 100,000 messages for 10 sessions, QoS 1",
        "--scenario offline --subs 10 --qos 1 --count 100000 --settle 2 --timeout 30",
        [
            Figure("CPU, us per enqueued entry", "enqueue_cpu_us", most=6),
            Figure("put off, in the 2 s after", "enqueue_settle_cpu_us"),
            Figure("CPU, us per drained entry", "drain_cpu_us", most=4),
            Figure("put off, in the 2 s after the drain", "drain_settle_cpu_us"),
        ],
        timed=False,
    ),
]
CONNECTIONS = 15000
IDLE = Scenario(
    "15,000 idle connections, on a fresh broker",
    f"--scenario conns --subs {CONNECTIONS} --settle 8 --seconds 5",
    [
        Figure("RSS, bytes per connection", "rss_per_conn_bytes", most=2560),
        Figure("CPU while idle, % of a core", "idle_cpu_pct", most=1.0),
        Figure("connect storm: CPU, us per connection", "broker_cpu_us_per_conn"),
    ],
    timed=False,
)
START = Scenario(
    "start with a durable store, to the first CONNACK",
    "",
    [
        Figure("time, s", "started", most=0.8),
        Figure("RSS then, MiB", "rss", most=110),
    ],
    timed=False,
)


class Measured:
    """What the brokers' runs of a scenario found, and why some have failed."""

    def __init__(self, scenario, names):
        self.scenario = scenario
        self.runs = {name: [] for name in names}
        self.failures = {name: [] for name in names}

    def is_out(self, name):
        """A broker has two chances: what fails twice fails."""
        return len(self.failures.get(name, [])) >= 2

    def values(self, name, key):
        """The figure of each run, or none if the broker is out."""
        if self.is_out(name):
            return []
        return [run[key] for run in self.runs.get(name, []) if key in run]

    def ratio(self, name, key):
        """How the median is to mosquitto's, or None."""
        own, base = self.values(name, key), self.values("mosquitto", key)
        if not own or not base or not statistics.median(base):
            return None
        return statistics.median(own) / statistics.median(base)

    def say(self):
        """A line for those who wait."""
        key = self.scenario.figures[0].key
        parts = []
        for name in self.runs:
            values = self.values(name, key)
            said = f"{statistics.median(values):.4g}" if values else "failed"
            parts.append(f"{TITLES[name]} {said}")
        progress(f"{self.scenario.title}: {self.scenario.figures[0].title}: {', '.join(parts)}")


def progress(text):
    print(time.strftime("%H:%M:%S ") + text, file=sys.stderr, flush=True)


class Contest:
    """Brokers that run at once, of which all but the one that is measured are stopped."""

    def __init__(self, names, folder, settings):
        self.folder = folder
        self.settings = settings
        self.names = names
        self.brokers = {}
        self.unavailable = {}

    def start(self):
        for name in self.names:
            try:
                self.brokers[name] = self.begin(name)
            except Failed as failed:
                self.unavailable[name] = f"it does not start: {failed.reason}"

    def begin(self, name):
        broker = Broker(name, self.folder, self.settings if name == "godwit" else "")
        broker.pause()
        return broker

    def measure(self, scenario, given):
        """Runs of each broker that are thrown away, then `given.runs` of them in alternation."""
        measured = Measured(scenario, [name for name in self.names if name in self.brokers])
        options = scenario.options if "--size" in scenario.options else scenario.options + " --size 64"
        warm = f"{options} --warmup 0 --seconds {given.warmup_seconds}" if scenario.timed else options
        run = f"{options} --warmup 0.5 --seconds {given.seconds}" if scenario.timed else options
        for name in measured.runs:
            left = scenario.warm
            while left and name in self.brokers and not measured.is_out(name):
                if self.attempt(name, warm, measured) is not None:
                    left -= 1
        for _ in range(given.runs * scenario.often):
            for name in measured.runs:
                if name in self.brokers and not measured.is_out(name):
                    figures = self.attempt(name, run, measured)
                    if figures is not None:
                        measured.runs[name].append(figures)
                    elif name in self.brokers and not measured.is_out(name):
                        self.attempt(name, warm, measured)  # it was started anew
        measured.say()
        return measured

    def attempt(self, name, options, measured):
        """The figures of one run, or None if it failed; then the broker has been started anew."""
        broker = self.brokers[name]
        broker.resume()
        try:
            figures = broker.load(options, measured.scenario.one_core)
        except Failed as failed:
            progress(f"{TITLES[name]}: {measured.scenario.title}: failed: {failed.reason}")
            measured.failures[name].append(failed.reason)
            self.renew(name, measured)
            return None
        broker.pause()
        return figures

    def renew(self, name, measured):
        self.brokers.pop(name).stop()
        try:
            self.brokers[name] = self.begin(name)
        except Failed as failed:
            measured.failures[name] += ["it does not start again"] * 2
            self.unavailable[name] = f"it did not start again: {failed.reason}"

    def stop(self):
        for broker in self.brokers.values():
            broker.stop()


def fresh(scenario, names, folder, settings, runs, measure_one, durable):
    """A scenario for which a broker is started anew for each run."""
    measured = Measured(scenario, names)
    for number in range(runs):
        for name in names:
            if measured.is_out(name):
                continue
            own = settings if name == "godwit" else ""
            try:
                broker = Broker(name, folder, own, durable=durable)
            except Failed as failed:
                measured.failures[name].append(failed.reason)
                continue
            try:
                measured.runs[name].append(measure_one(broker))
            except Failed as failed:
                measured.failures[name].append(failed.reason)
            finally:
                broker.stop()
        progress(f"{scenario.title}: run {number + 1} of {runs}")
    measured.say()
    return measured


def idle_connections(broker):
    broker.load("--scenario conns --subs 1000 --seconds 1")
    broker.settle()  # until it has noticed that they are gone
    return broker.load(IDLE.options)


def at_start(broker):
    return {"started": broker.started, "rss": broker.memory_mb()}


def allow_files():
    """Raises the limit of open files to what is allowed; says why that is too few, or nothing."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    needed = CONNECTIONS + 1000
    if hard != resource.RLIM_INFINITY and hard < needed:
        return f"it needs {needed:,} open files and only {hard:,} are allowed (ulimit -Hn)"
    return ""
