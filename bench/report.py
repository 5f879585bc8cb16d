"""Puts what was measured into docs/performance.md, each script its own section."""

import os

from brokers import TOP

REPORT = os.path.join(TOP, "docs", "performance.md")


def write_section(name, text):
    """Replaces what stands between `<!-- NAME -->` and `<!-- end of NAME -->` in the report."""
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
    with open(REPORT) as report:
        before, found, rest = report.read().partition(begin)
    _, ended, after = rest.partition(end)
    if not found or not ended:
        raise SystemExit(f"{REPORT} has no section {name}: it needs the lines {begin}{end}")
    with open(REPORT, "w") as report:
        report.write(before + begin + "\n" + text.strip() + "\n\n" + end + after)
