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

import peers
from configurations import configuration

TOP = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
GODWIT = os.path.join(TOP, "godwit")
PERSISTENCE = {
    "process": "persistence { mode = durable, durability = process }\n",
    "power": "persistence { mode = durable, durability = power }\n",
    "memory": "persistence { mode = memory }\n",
}
# CONNECT of version 3.1.1 with a clean session and the client identifier "probe".
CONNECT = b"\x10\x11\x00\x04MQTT\x04\x02\x00\x00\x00\x05probe"
POLL = 0.02  # seconds from one attempt to connect to a broker that starts to the next
QUIET = 5  # seconds after which a broker is not waited for any longer to become quiet
TICK = 1 / os.sysconf("SC_CLK_TCK")


class Failed(SystemExit):
    """A broker failed. Ends a script with the whole story; `reason` is short enough for a table."""

    def __init__(self, reason, story=""):
        super().__init__(f"{reason}\n{story}".strip())
        self.reason = reason


def need(*commands):
    """Ends the script, and says how to install what is missing of these commands."""
    packages = {"cc": "gcc libc6-dev"}
    missing = [name for name in commands if not found(name)]
    if missing:
        install = " ".join(packages.get(name, name) for name in missing)
        sys.exit(f"missing: {', '.join(missing)}. On Debian and Ubuntu: apt-get install {install}")


def found(command):
    """Where a command is. Debian has daemons in /usr/sbin, which is not on everybody's path."""
    return shutil.which(command) or shutil.which(command, path="/usr/sbin:/usr/local/sbin")


@contextlib.contextmanager
def workplace():
    """A folder for data, on the disk of the sources (a /tmp may be in memory), and mqload in it."""
    need("cc")
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


def prepare(name):
    """Builds what has to be built; raises `peers.NotBuilt` when a broker can't be had."""
    if name == "godwit":
        subprocess.run([GODWIT, "--version"], check=True, stdout=subprocess.DEVNULL)
    elif name == "mosquitto":
        need("mosquitto")
    else:
        peers.build(name)


class Broker:
    """A broker of ours or theirs. Its data, its configuration and its log are in a folder of its own
    below `folder`. `settings` are added to Godwit's configuration; `durable` lets the others keep what
    they hold on disk; `cores` are the only ones that it may run on."""

    def __init__(self, name, folder, settings="", heap=None, durable=False, cores=None):
        self.name = name
        self.tools = folder
        self.folder = tempfile.mkdtemp(prefix=name + "-", dir=folder)
        self.port = free_port()
        self.log = os.path.join(self.folder, name + ".log")
        self.data = os.path.join(self.folder, "data")
        file, self.config = configuration(name, self.port, self.data, durable)
        self.config += settings
        self.file = os.path.join(self.folder, file)
        self.cores = cores
        self.environment = dict(os.environ)
        if heap is not None:
            options = f"{os.environ.get('GODWIT_JAVA_OPTS', '')} -Xmx{heap}".strip()
            self.environment["GODWIT_JAVA_OPTS"] = options
        self.command = []
        self.process = None
        self.started = 0.0  # seconds from the start of the process to the first CONNACK
        self.start()

    def start(self):
        """Starts it, the first time or again on the same data, and waits for the first CONNACK."""
        with open(self.file, "w") as out:
            out.write(self.config)
        prepare(self.name)
        if self.name == "godwit":
            return self.run([GODWIT, "run", "--config", self.file, "--data-dir", self.data])
        os.makedirs(self.data, exist_ok=True)
        if self.name == "mosquitto":
            return self.run([found("mosquitto"), "-c", self.file])
        homes = peers.machines()
        for home in homes:  # the next Java machine, if it does not start on this one
            try:
                return self.run(peers.command(self.name, home, self.file, self.data))
            except Failed:
                if home == homes[-1]:
                    raise

    def run(self, command):
        self.command = command
        begin = time.monotonic()
        with open(self.log, "a") as log:
            self.process = subprocess.Popen(
                command,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self.environment,
                cwd=self.folder,
                preexec_fn=on_cores(self.cores),
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
                raise Failed(f"{self.name} ended before it answered", self.said())
            try:
                with socket.create_connection(("127.0.0.1", self.port), 60) as client:
                    client.sendall(CONNECT)
                    answer = client.recv(4)
                    if answer[:1] == b"\x20" and answer[3:] == b"\x00":
                        client.sendall(b"\xe0\x00")
                        return
                    if answer:
                        answer = answer.hex()
                        raise Failed(f"{self.name} refuses connections: {answer}", self.said())
            except OSError:
                pass  # it does not listen yet
            time.sleep(POLL)
        raise Failed(f"{self.name} does not answer after ten minutes", self.said())

    def said(self):
        with open(self.log, errors="replace") as log:
            return log.read()

    def generator(self, options):
        """The command that puts load on it."""
        command = [os.path.join(self.tools, "mqload"), "--port", str(self.port)]
        return command + ["--pid", str(self.process.pid)] + options.split()

    def load(self, options, one_core=False):
        """Runs mqload and gives its figures; raises `Failed` when not everything arrived.

        With `one_core` both are on the first core that this process may use.
        """
        every = os.sched_getaffinity(0)
        cores = {min(every)} if one_core else every
        self.keep_on(cores)
        run = subprocess.run(
            self.generator(options), capture_output=True, text=True, preexec_fn=on_cores(cores)
        )
        self.keep_on(every)
        return self.judged(options, run)

    def keep_on(self, cores):
        """Lets all its threads run on these cores only; threads that they start follow them."""
        with contextlib.suppress(FileNotFoundError):  # it, or one of them, may have ended meanwhile
            for thread in os.listdir(f"/proc/{self.process.pid}/task"):
                with contextlib.suppress(ProcessLookupError):
                    os.sched_setaffinity(int(thread), cores)

    def judged(self, options, run):
        """The figures of a run of mqload that has ended."""
        if run.returncode == 0:
            return json.loads(run.stdout)
        story = (
            f"{self.name}: mqload {options}: exit {run.returncode}\n{run.stdout}{run.stderr}"
            f"The broker's log ends:\n{self.said()[-4000:]}"
        )
        ended = self.process.poll() is not None
        raise Failed("the broker ended" if ended else why(run), story)

    def memory_mb(self, line="VmRSS"):
        """Resident memory in MiB, or with VmHWM the most that there was."""
        with open(f"/proc/{self.process.pid}/status") as status:
            kilobytes = [text.split()[1] for text in status if text.startswith(line + ":")]
        return int(kilobytes[0]) / 1024

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) * TICK

    def disk_mb(self):
        """What the data takes on disk, in MiB."""
        total = 0
        for folder, _, names in os.walk(self.data):
            for name in names:
                with contextlib.suppress(FileNotFoundError):  # it may go while it is counted
                    total += os.lstat(os.path.join(folder, name)).st_blocks * 512
        return total / 1048576

    def settle(self):
        """Waits until it spends hardly any CPU, `QUIET` seconds at most."""
        end = time.monotonic() + QUIET
        before = -1.0
        while time.monotonic() < end and self.cpu_seconds() - before > 1.5 * TICK:
            before = self.cpu_seconds()
            time.sleep(0.2)

    def pause(self):
        """Stops its process until `resume`, once it is quiet."""
        self.settle()
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def kill(self):
        """As kill -9 does it."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(60)

    def stop(self):
        self.resume()
        self.process.terminate()
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.kill()
            print(f"{self.name} did not end within a minute of SIGTERM, so it was killed", flush=True)


def on_cores(cores):
    """What a child process does before it begins, to run on these cores only."""
    return None if cores is None else lambda: os.sched_setaffinity(0, cores)


def why(run):
    """Why mqload was not content, in a few words."""
    try:
        found = json.loads(run.stdout)
    except ValueError:
        return run.stderr.strip().splitlines()[-1] if run.stderr.strip() else "mqload failed"
    if found.get("bad"):
        return f"refused or disconnected {found['bad']} of its clients"
    if found.get("dead"):
        return f"connections closed: {found['dead']}"
    came, expected = found.get("distinct", found.get("delivered", 0)), found.get("expected", 0)
    if came == expected:
        return f"not through in time; {came:,} messages came"
    return f"{came:,} of {int(expected):,} messages came"
