"""Does Godwit use both of two cores? It does where `event-loops = 2` asks for it; by default it has one loop for
two cores. The load generator needs a share of them, so it is measured too.

The same load, two mqload processes, on three Godwits: everything (broker and generators) on one core and
one event loop; on two cores, still one loop; on two cores and two loops. Between the first and the last
the generators get twice as much as well and, being separate processes, double without loss: what is short
of twice the throughput, the broker's second loop has cost. Between the second and the last the generators
take from the second loop what they need, so that this ratio has a ceiling below 2.
"""

import os
import statistics
import subprocess

from brokers import Broker, on_cores
from scenarios import progress

MARK = 1.6
LOADS = {
    "fan-out 1 to 100, QoS 0, twice": "--scenario fanout --pubs 1 --subs 100 --qos 0",
    "50 pairs, QoS 1, twice": "--scenario p2p --pubs 50 --subs 50 --qos 1",
}
CLIENTS = 1000  # from the numbers of one mqload's clients to those of the next
TITLE = "two event loops on two cores"


def variants():
    cores = sorted(os.sched_getaffinity(0))[:2]
    return {
        "one core, 1 loop": (cores[:1], 1),
        "two cores, 1 loop": (cores, 1),
        "two cores, 2 loops": (cores, 2),
    }


def together(broker, cores, options):
    """Two mqload at once, with the sums of what they found."""
    runs = [
        subprocess.Popen(
            broker.generator(f"{options} --first {number * CLIENTS}"),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            preexec_fn=on_cores(cores),
        )
        for number in range(2)
    ]
    said = [run.communicate() for run in runs]
    found = [
        broker.judged(options, subprocess.CompletedProcess(run.args, run.returncode, *texts))
        for run, texts in zip(runs, said)
    ]
    delivered = sum(one["delivered"] for one in found)
    # each of the two has measured the whole broker, over nearly the same time
    broker_cpu = statistics.mean(one["broker_cpu_us_per_msg"] * one["delivered"] for one in found)
    generator_cpu = sum(one["gen_cpu_us_per_msg"] * one["delivered"] for one in found)
    return {
        "rate": sum(one["msg_per_s"] for one in found),
        "broker": broker_cpu / delivered,
        "generator": generator_cpu / delivered,
    }


def measure(folder, settings, given):
    """For each load and variant the medians of `rate`, `broker` and `generator`."""
    brokers = {}
    results = {}
    try:
        for title, (cores, loops) in variants().items():
            own = f"{settings}event-loops = {loops}\n"
            brokers[title] = Broker("godwit", folder, own, cores=cores)
            brokers[title].pause()
        for load, options in LOADS.items():
            found = {title: [] for title in brokers}
            for number in range(given.runs + 1):
                for title, (cores, _) in variants().items():
                    seconds = given.seconds if number else given.warmup_seconds
                    brokers[title].resume()
                    timed = f"{options} --size 64 --warmup 0.5 --seconds {seconds}"
                    run = together(brokers[title], cores, timed)
                    brokers[title].pause()
                    if number:
                        found[title].append(run)
            results[load] = {
                title: {
                    key: statistics.median(run[key] for run in runs)
                    for key in ("rate", "broker", "generator")
                }
                for title, runs in found.items()
            }
            rates = [f"{found['rate']:,.0f}/s" for found in results[load].values()]
            progress(f"{TITLE}: {load}: {', '.join(rates)}")
    finally:
        for broker in brokers.values():
            broker.stop()
    return results


def section(results):
    """Markdown of what `measure` found."""
    lines = [f"### Both of two cores (Godwit only)\n\n{__doc__.strip()}\n"]
    lines.append(
        "| load | cores and loops | messages/s | ratio to the first | broker CPU, us per message "
        "| generator CPU, us per message | broker, cores | generators, cores |"
    )
    lines.append("|---|---|---|---|---|---|---|---|")
    for load, found in results.items():
        first = next(iter(found.values()))
        for title, run in found.items():
            used = [f"{run[who] * run['rate'] / 1e6:.2f}" for who in ("broker", "generator")]
            lines.append(
                f"| {load} | {title} | {run['rate']:,.0f} | {run['rate'] / first['rate']:.2f} "
                f"| {run['broker']:.2f} | {run['generator']:.2f} | {used[0]} | {used[1]} |"
            )
    lines.append("")
    lines += [summary(load, *found.values()) for load, found in results.items()]
    return "\n".join(lines)


def summary(load, one, single, both):
    """What the three variants come to, each ratio with whether it holds the mark."""
    doubled = both["rate"] / one["rate"]
    possible = 2 * single["broker"] / both["broker"]
    ceiling = 2 * single["broker"] / (both["broker"] + both["generator"])
    return (
        f"- {load}: two cores and two loops carry {judged(doubled)} times what one core and one loop do, "
        f"and {both['rate'] / single['rate']:.2f} times what one loop does that has the second core for the "
        f"generators; more than {ceiling:.2f} times that is not possible beside these generators. By the CPU "
        f"that a message costs the broker ({single['broker']:.2f} us with one loop, {both['broker']:.2f} us "
        f"with two), two loops could carry {judged(possible)} times as much as one, if generators cost nothing."
    )


def judged(ratio):
    return f"{ratio:.2f} (mark: {MARK}, {'held' if ratio >= MARK else '**missed**'})"
