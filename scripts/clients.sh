# Installs the third-party MQTT clients and brokers that the end-to-end tests drive. Sourced by ./test, which has
# changed to the top of the repository. Only what is missing is installed.

# Prints the Debian packages that are missing on this machine, one a line.
missing_packages() {
    command -v mosquitto_pub >/dev/null && command -v mosquitto_sub >/dev/null || echo mosquitto-clients
    command -v openssl >/dev/null || echo openssl
    [ -x /usr/sbin/mosquitto ] || command -v mosquitto >/dev/null || echo mosquitto # to compare with
    /usr/bin/python3 -c 'import paho.mqtt.client' 2>/dev/null || echo python3-paho-mqtt
    command -v gcc >/dev/null || printf '%s\n' gcc libc6-dev
    [ -f /usr/include/MQTTClient.h ] || echo libpaho-mqtt-dev
    command -v node >/dev/null || echo nodejs
    command -v npm >/dev/null || echo npm
    command -v chromium >/dev/null || echo chromium
    command -v tshark >/dev/null || echo tshark # reads what the encoder of MQTT-SN writes
}

# Installs what is missing with apt-get, as root or through sudo. Where that is impossible it says what to
# do and goes on: the tests that need a missing client fail.
install_packages() {
    local packages as_root=""
    packages=$(missing_packages)
    [ -n "$packages" ] || return 0
    packages=$(echo $packages)
    if ! command -v apt-get >/dev/null; then
        echo "The tests drive MQTT clients that are missing here, and there is no apt-get to install them with." >&2
        echo "Install what Debian calls: $packages. Without them, tests fail." >&2
        return 0
    fi
    if [ "$(id -u)" -ne 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "The tests drive MQTT clients that are missing here. As root, run:" >&2
            echo "  apt-get install --no-install-recommends $packages" >&2
            echo "Without them, tests fail." >&2
            return 0
        fi
        as_root=sudo
    fi
    echo "Installing the MQTT clients that the tests drive: $packages"
    local log=target/clients.log
    local apt="$as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300"
    if ! { $apt install -y --no-install-recommends $packages ||
        { $apt update && $apt install -y --no-install-recommends $packages; }; } >"$log" 2>&1; then
        echo "apt-get could not install them. Its last lines (all of it: $log):" >&2
        tail -n 5 "$log" >&2
        echo "The tests that need what is missing will fail." >&2
    fi
}

# Installs MQTT.js under target/clients, unless it is there already in the locked version.
install_mqtt_js() {
    local from=server/src/test/clients to=target/clients
    command -v npm >/dev/null || return 0
    cmp -s "$from/package-lock.json" "$to/installed-lock.json" && return 0
    mkdir -p "$to"
    cp "$from/package.json" "$from/package-lock.json" "$from/.npmrc" "$to/"
    if (cd "$to" && npm ci --ignore-scripts --no-audit --no-fund) >target/npm.log 2>&1; then
        cp "$from/package-lock.json" "$to/installed-lock.json"
    else
        echo "npm could not install MQTT.js. Its last lines (all of it: target/npm.log):" >&2
        tail -n 5 target/npm.log >&2
        echo "The tests that need it will fail." >&2
    fi
}

# Builds the HiveMQ CE that the tests of the Java client talk to, unless its last build is younger than its
# sources. $MVN is Maven (scripts/jdk.sh).
install_hivemq() {
    local from=bench/peers/hivemq
    local stamp=$from/target/peer.built
    [ -f "$stamp" ] && [ -z "$(find "$from/pom.xml" "$from/src" -newer "$stamp" -print -quit)" ] && return 0
    rm -rf "$from/target"
    echo "Building the HiveMQ CE that the tests of the client talk to."
    if (cd "$from" && "$MVN" -B -ntp -q compile dependency:copy-dependencies -DincludeScope=runtime) >target/hivemq.log 2>&1; then
        touch "$stamp"
    else
        echo "Maven could not build it. Its last lines (all of it: target/hivemq.log):" >&2
        tail -n 5 target/hivemq.log >&2
        echo "The tests that need it will fail." >&2
    fi
}

install_clients() {
    mkdir -p target
    install_packages
    install_mqtt_js
    install_hivemq
}
