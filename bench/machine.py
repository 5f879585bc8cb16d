"""What was measured where: the machine, and each broker's version, command and configuration."""

import os
import platform
import re
import subprocess
import time

import peers
from brokers import GODWIT, found
from configurations import TITLES


def first_line(*command):
    run = subprocess.run(command, capture_output=True, text=True)
    return (run.stdout + run.stderr).strip().splitlines()[0]


def version(name):
    if name == "godwit":
        return first_line(GODWIT, "--version")
    if name == "mosquitto":
        return first_line(found("mosquitto"), "-h")
    return f"{TITLES[name]} {peers.version(name)}"


def java(command):
    """The version of the Java machine that a peer's command starts."""
    return peers.java_version(os.path.dirname(os.path.dirname(os.path.realpath(command[0]))))


def processor():
    with open("/proc/cpuinfo") as info:
        names = re.findall(r"^model name\s*: (.*)$", info.read(), re.MULTILINE)
    return names[0] if names else platform.machine()


def commit():
    """The commit of the sources, and whether they differ from it; the reports are none of them."""
    run = lambda *command: subprocess.run(command, cwd=peers.TOP, capture_output=True, text=True).stdout.strip()
    changed = " with changes" if run("git", "status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs") else ""
    return (run("git", "rev-parse", "--short", "HEAD") or "unknown") + changed


def describe():
    """Call it before anything is started: the load counts from then."""
    one, five, fifteen = os.getloadavg()
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return [
        f"{time.strftime('%d %B %Y, %H:%M %Z')}; load average at the start {one:.2f}, {five:.2f}, {fifteen:.2f}",
        f"{len(os.sched_getaffinity(0))} cores, {processor()}, {pages / 2**30:.0f} GiB of memory",
        f"Godwit at commit {commit()}",
        f"{platform.system()} {platform.release()}; Python {platform.python_version()}",
    ]


def hidden(text, broker):
    """Without the paths of this machine."""
    return text.replace(broker.folder, "FOLDER").replace(peers.TOP, ".")


def configurations(brokers):
    """Markdown of how each broker was started and configured."""
    parts = []
    for broker in brokers:
        command = [os.path.basename(broker.command[0])] + broker.command[1:]
        said = " on Java " + java(broker.command) if broker.name in peers.PEERS else ""
        if broker.name == "godwit":
            said = f" on Java {java_of_godwit()}, GODWIT_JAVA_OPTS=`{os.environ.get('GODWIT_JAVA_OPTS', '')}`"
        parts.append(
            f"**{TITLES[broker.name]}**: {version(broker.name)}{said}\n\n"
            f"    $ {hidden(' '.join(command), broker)}\n\n"
            + "".join(f"    {line}\n" for line in hidden(broker.config, broker).splitlines())
        )
    return "\n".join(parts)


def java_of_godwit():
    return peers.java_version(peers.shell('find_jdk; echo "$JAVA_HOME"').stdout.strip())
