"""Brokers as processes of their own, and mqload against them. What the scripts of this folder share."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
MOSQUITTO = """\
listener {port} 127.0.0.1
allow_anonymous true
set_tcp_nodelay true
max_queued_messages 1000000
max_inflight_messages 1000
log_type error
persistence false
"""
GODWIT = """\
listeners {{ tcp {{ type = tcp, bind = "127.0.0.1", port = {port} }} }}
authentication {{ anonymous = true }}
"""
PERSISTENCE = {
    "process": "persistence { mode = durable, durability = process }\n",
    "power": "persistence { mode = durable, durability = power }\n",
    "memory": "persistence { mode = memory }\n",
}
# CONNECT of version 3.1.1 with a clean session and the client identifier "probe".
CONNECT = b"\x10\x11\x00\x04MQTT\x04\x02\x00\x00\x00\x05probe"


@contextlib.contextmanager
def workplace():
    """A folder for data, on the disk of the sources (a /tmp may be in memory), and mqload in it."""
    target = os.path.join(TOP, "target")
    os.makedirs(target, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=target) as folder:
        source = os.path.join(TOP, "bench", "mqload.c")
        subprocess.run(["cc", "-O2", "-o", os.path.join(folder, "mqload"), source], check=True)
        yield folder


def persistence_option(arguments):
    arguments.add_argument(
        "--persistence",
        choices=PERSISTENCE,
        default="process",
        help="Godwit's durability, or memory for a broker that does not write (default: process)",
    )


def heap_option(arguments):
    arguments.add_argument("--heap", default="512m", help="the most Java heap for Godwit")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Broker:
    """A broker of ours or theirs. Its data and its log are in `folder`."""

    def __init__(self, name, folder, settings="", heap=None):
        self.name = name
        self.folder = folder
        self.port = free_port()
        self.log = os.path.join(folder, name + ".log")
        self.data = os.path.join(folder, "data")
        self.config = (GODWIT if name == "godwit" else MOSQUITTO).format(port=self.port) + settings
        self.environment = dict(os.environ)
        if heap is not None:
            options = f"{os.environ.get('GODWIT_JAVA_OPTS', '')} -Xmx{heap}".strip()
            self.environment["GODWIT_JAVA_OPTS"] = options
        self.process = None
        self.started = 0.0  # seconds from the start of the process to the first CONNACK
        self.start()

    def start(self):
        """Starts it, the first time or again on the same data, and waits for the first CONNACK."""
        config = os.path.join(self.folder, self.name + ".conf")
        with open(config, "w") as out:
            out.write(self.config)
        if self.name == "godwit":
            godwit = os.path.join(TOP, "godwit")
            command = [godwit, "run", "--config", config, "--data-dir", self.data]
            subprocess.run([godwit, "--version"], check=True, stdout=subprocess.DEVNULL)  # builds
        else:
            command = [shutil.which("mosquitto") or "/usr/sbin/mosquitto", "-c", config]
        begin = time.monotonic()
        with open(self.log, "a") as log:
            self.process = subprocess.Popen(
                command, stdout=log, stderr=subprocess.STDOUT, env=self.environment
            )
        try:
            self.await_connack()
        except BaseException:
            self.kill()
            raise
        self.started = time.monotonic() - begin

    def await_connack(self):
        end = time.monotonic() + 600
        while time.monotonic() < end:
            if self.process.poll() is not None:
                sys.exit("a broker ended before it answered:\n" + self.said())
            try:
                with socket.create_connection(("127.0.0.1", self.port), 60) as client:
                    client.sendall(CONNECT)
                    answer = client.recv(4)
                    if answer[:1] == b"\x20" and answer[3:] == b"\x00":
                        client.sendall(b"\xe0\x00")
                        return
                    if answer:
                        sys.exit(f"a broker refuses connections: {answer.hex()}\n{self.said()}")
            except OSError:
                pass  # it does not listen yet
            time.sleep(0.02)
        sys.exit("a broker does not answer after ten minutes:\n" + self.said())

    def said(self):
        with open(self.log) as log:
            return log.read()

    def load(self, options):
        """Runs mqload and gives its figures; ends the script when not everything arrived."""
        command = [os.path.join(self.folder, "mqload"), "--port", str(self.port)]
        command += ["--pid", str(self.process.pid)] + options.split()
        run = subprocess.run(command, capture_output=True, text=True)
        if run.returncode != 0:
            sys.exit(
                f"{self.name}: mqload {options}: exit {run.returncode}\n{run.stdout}{run.stderr}"
                f"The broker's log ends:\n{self.said()[-4000:]}"
            )
        return json.loads(run.stdout)

    def memory_mb(self, line="VmRSS"):
        """Resident memory in MiB, or with VmHWM the most that there was."""
        with open(f"/proc/{self.process.pid}/status") as status:
            kilobytes = [text.split()[1] for text in status if text.startswith(line + ":")]
        return int(kilobytes[0]) / 1024

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def disk_mb(self):
        """What the data takes on disk, in MiB."""
        total = 0
        for folder, _, names in os.walk(self.data):
            for name in names:
                with contextlib.suppress(FileNotFoundError):  # it may go while it is counted
                    total += os.lstat(os.path.join(folder, name)).st_blocks * 512
        return total / 1048576

    def kill(self):
        """As kill -9 does it."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(60)

    def stop(self):
        self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.kill()
            print(f"{self.name} did not end within a minute of SIGTERM, so it was killed", flush=True)
