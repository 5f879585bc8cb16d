"""What the Java machine of a broker says of its heap."""

import re
import subprocess
import sys

from brokers import TOP


def jcmd(broker, command):
    """The answer of the broker's Java machine."""
    script = f'. "{TOP}/scripts/jdk.sh"; find_jdk; exec "$JAVA_HOME/bin/jcmd" "$1" "$2"'
    run = ["bash", "-c", script, "jcmd", str(broker.process.pid), command]
    return subprocess.run(run, capture_output=True, text=True, check=True).stdout


def live_heap_mb(broker):
    """What is left in the heap after a full collection, in MiB."""
    jcmd(broker, "GC.run")
    used = re.findall(r"total \d+K, used (\d+)K", jcmd(broker, "GC.heap_info"))
    if not used:
        sys.exit("GC.heap_info has no line of the form `total ...K, used ...K`")
    return sum(int(kilobytes) for kilobytes in used) / 1024
