"""What was measured, as Markdown."""

import statistics

from configurations import TITLES


def number(value):
    if value == 0:
        return "0"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def spread(values):
    if len(values) == 1:
        return number(values[0])
    return f"{number(statistics.median(values))} ({number(min(values))}-{number(max(values))})"


def mark(figure):
    if figure.ratio is not None:
        return f"ratio ≤ {figure.ratio:g}"
    return f"≤ {figure.most:g}" if figure.most is not None else "-"


def verdict(figure, measured):
    """Whether Godwit holds the mark, with the ratio to mosquitto."""
    ratio = measured.ratio("godwit", figure.key)
    said = "-" if ratio is None else number(ratio)
    values = measured.values("godwit", figure.key)
    if figure.most is not None and values:
        return f"{said}, {'held' if statistics.median(values) <= figure.most else '**missed**'}"
    if figure.ratio is not None and ratio is not None:
        return f"{said}, {'held' if ratio <= figure.ratio else '**missed**'}"
    return said


def cell(name, figure, measured):
    if name not in measured.runs:
        return "not measured"
    values = measured.values(name, figure.key)
    if not values:
        return "failed: " + measured.failures[name][-1] if measured.failures[name] else "-"
    text = spread(values)
    ratio = measured.ratio(name, figure.key)
    if name not in ("godwit", "mosquitto") and ratio is not None:
        text += f", {number(ratio)}×"
    if measured.failures[name]:
        text += f"; one run failed: {measured.failures[name][0]}"
    return text


def comparison(names, results):
    """Medians with the least and the most of all runs, and ratios to mosquitto."""
    lines = [
        "| scenario (64 B unless said) | mark | ratio of Godwit to mosquitto | "
        + " | ".join(TITLES[name] for name in names)
        + " |",
        "|---|---|---|" + "---|" * len(names),
    ]
    for measured in results:
        for figure in measured.scenario.figures:
            cells = " | ".join(cell(name, figure, measured) for name in names)
            lines.append(
                f"| {measured.scenario.title}: {figure.title} | {mark(figure)} "
                f"| {verdict(figure, measured)} | {cells} |"
            )
    return "\n".join(lines)


def generators(names, results):
    """What the load generator spent, and how fast it went."""
    lines = [
        "| scenario | " + " | ".join(TITLES[name] for name in names) + " |",
        "|---|" + "---|" * len(names),
    ]
    for measured in results:
        cells = []
        for name in names:
            cost = measured.values(name, "gen_cpu_us_per_msg")
            rate = measured.values(name, "msg_per_s")
            cells.append(
                f"{number(statistics.median(cost))} us, {number(statistics.median(rate))}/s"
                if cost and rate
                else "-"
            )
        if any(text != "-" for text in cells):
            lines.append(f"| {measured.scenario.title} | {' | '.join(cells)} |")
    return "\n".join(lines)
