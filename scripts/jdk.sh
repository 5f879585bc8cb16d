# Finds JDK 25 and Maven. Sourced by ./godwit and ./test; prints nothing unless something is missing.

# True if $1 is the home of a JDK 25, told from its `release` file without starting it.
is_jdk_25() {
    [ -n "${1:-}" ] && [ -x "$1/bin/javac" ] && grep -qE '^JAVA_VERSION="25(\.|"|-)' "$1/release" 2>/dev/null
}

# Prints the home of the `java` that the path finds, or nothing.
home_of_java_on_path() {
    local java home
    java=$(command -v java) || return 0
    java=$(readlink -f "$java" 2>/dev/null) || return 0
    home=$(dirname "$(dirname "$java")")
    if [ ! -f "$home/release" ]; then # a launcher that is not part of a JDK, as on macOS
        home=$(java -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java\.home = //p')
    fi
    printf '%s\n' "$home"
}

# Sets and exports JAVA_HOME to a JDK 25, or says how to get one and exits.
find_jdk() {
    local home
    if is_jdk_25 "${JAVA_HOME:-}"; then
        export JAVA_HOME
        return
    fi
    for home in "$(home_of_java_on_path)" /usr/lib/jvm/* /opt/* "$HOME"/.sdkman/candidates/java/* \
        "$HOME"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
        if is_jdk_25 "$home"; then
            export JAVA_HOME="$home"
            return
        fi
    done
    cat >&2 <<EOF
Godwit needs a JDK 25, and none was found: not in JAVA_HOME (${JAVA_HOME:-not set}), not as 'java' on the
PATH, nor in /usr/lib/jvm, /opt, ~/.sdkman/candidates/java, ~/.jdks or /Library/Java/JavaVirtualMachines.
Install one, for instance
  Debian, Ubuntu   apt-get install openjdk-25-jdk-headless   (or temurin-25-jdk from Adoptium)
  Fedora           dnf install java-25-openjdk-devel
  macOS            brew install --cask temurin@25
  SDKMAN           sdk install java 25-tem
or, if it is somewhere else, point to it:  JAVA_HOME=/path/to/jdk-25 $0
EOF
    exit 1
}

# True if $1 is a Maven 3.8 or newer; leaves what it said of itself in maven_says.
is_maven_3_8() {
    local version major minor
    maven_says=$("$1" -v 2>&1 | sed 's/\x1b\[[0-9;]*m//g')
    version=$(printf '%s\n' "$maven_says" | sed -nE 's/^Apache Maven ([0-9]+\.[0-9]+).*/\1/p' | head -n 1)
    major=${version%%.*}
    minor=${version#*.}
    [ -n "$version" ] && { [ "$major" -gt 3 ] || { [ "$major" -eq 3 ] && [ "$minor" -ge 8 ]; }; }
}

# Sets MVN to a Maven 3.8 or newer, or says how to get one and exits. Call find_jdk first.
find_maven() {
    local candidate seen="" maven_says=""
    for candidate in "${MAVEN_HOME:+$MAVEN_HOME/bin/mvn}" "$(command -v mvn)" \
        "$HOME/.sdkman/candidates/maven/current/bin/mvn" /opt/*maven*/bin/mvn; do
        [ -n "$candidate" ] && [ -x "$candidate" ] || continue
        if is_maven_3_8 "$candidate"; then
            MVN="$candidate"
            return
        fi
        seen="$seen
  $candidate says: $(printf '%s\n' "$maven_says" | head -n 1)"
    done
    cat >&2 <<EOF
Godwit is built with Maven 3.8 or newer, and none was found: not in MAVEN_HOME (${MAVEN_HOME:-not set}), not as 'mvn'
on the PATH, nor under ~/.sdkman or /opt.$seen
Install it, for instance
  Debian, Ubuntu   apt-get install maven
  Fedora           dnf install maven
  macOS            brew install maven
  SDKMAN           sdk install maven
or, if it is somewhere else, point to it:  MAVEN_HOME=/path/to/maven $0
EOF
    exit 1
}
