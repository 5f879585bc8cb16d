"""Other brokers in Java, from Maven: each a project under bench/peers that is built when it is needed."""

import os
import re
import shutil
import subprocess

TOP = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
PEERS = ("hivemq", "moquette", "artemis")
# What libraries that reach into the JDK ask for; the rest is as the Java machine chooses, heap included.
OPENED = ("java.lang", "java.nio", "sun.nio.ch")
JAVA_25 = ["--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"]


class NotBuilt(Exception):
    """A peer can't be fetched or built; the message says why."""


def shell(script, *arguments):
    """Runs a script of bash with the functions of scripts/jdk.sh."""
    run = ["bash", "-c", f'. "{TOP}/scripts/jdk.sh"; {script}', "bench/compare", *arguments]
    return subprocess.run(run, capture_output=True, text=True)


def project(name):
    return os.path.join(TOP, "bench", "peers", name)


def version(name):
    with open(os.path.join(project(name), "pom.xml")) as pom:
        return re.search(r"<peer\.version>(.*?)</peer\.version>", pom.read()).group(1)


def is_built(name):
    """Whether its last build is younger than its sources."""
    stamp = os.path.join(project(name), "target", "peer.built")
    sources = [os.path.join(project(name), "pom.xml")]
    for folder, _, files in os.walk(os.path.join(project(name), "src")):
        sources += [os.path.join(folder, file) for file in files]
    return os.path.exists(stamp) and all(
        os.path.getmtime(source) <= os.path.getmtime(stamp) for source in sources
    )


def build(name):
    """Fetches and builds a peer, unless that was done."""
    if is_built(name):
        return
    print(f"Building {name}; the first time, Maven fetches what it needs.", flush=True)
    target = os.path.join(project(name), "target")
    shutil.rmtree(target, ignore_errors=True)  # a library in another version must not stay
    goals = "compile dependency:copy-dependencies -DincludeScope=runtime"
    script = f'find_jdk; find_maven; cd "$1" && exec "$MVN" -B -ntp -q {goals}'
    run = shell(script, project(name))
    if run.returncode != 0:
        said = (run.stdout + run.stderr).strip()
        errors = [line for line in said.splitlines() if "ERROR" in line] or [said]
        raise NotBuilt(f"Maven can't fetch or build it: {errors[0][:300]}")
    with open(os.path.join(target, "peer.built"), "w"):
        pass


def machines():
    """The Java machines to try, in this order: JDK 25, and what `java` on the path is."""
    homes = []
    for script in ('find_jdk; echo "$JAVA_HOME"', "home_of_java_on_path"):
        home = shell(script).stdout.strip()
        if home and home not in homes:
            homes.append(home)
    return homes


def java_version(home):
    with open(os.path.join(home, "release")) as release:
        return re.search(r'^JAVA_VERSION="(.*?)"', release.read(), re.MULTILINE).group(1)


def command(name, home, config, data):
    """What starts a peer on the Java machine at `home`."""
    options = [f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENED]
    if int(java_version(home).split(".")[0]) >= 24:
        options += JAVA_25
    target = os.path.join(project(name), "target")
    classes = f"{target}/classes:{target}/dependency/*"
    return [os.path.join(home, "bin", "java"), *options, "-cp", classes, "Peer", config, data]
