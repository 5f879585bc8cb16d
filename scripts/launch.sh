# How Godwit's Java machine is started. Sourced by ./godwit and by the command of the packages, which have set app, the
# directory with the jars, and JAVA_HOME.

# Leaves the options for the Java machine in java_options, what it runs in class_path (jars only, in an order that is
# always the same, since an AOT cache is for one class path), and the file of the AOT cache in cache.
#   prepare [COMMAND]
prepare() {
    # A client has a cache with what clients run, and a class path with what they need: Java loads all of the one, and
    # opens each jar of the other to look up a host name.
    case "${1:-}" in
    pub | sub | rr | bench | shell | doctor)
        cache="$app/clients.aot"
        class_path=$(printf '%s:' "$app"/godwit-app-*.jar \
            "$app"/lib/{godwit-client,godwit-codec,godwit-server,picocli,jackson-core,HdrHistogram,jline}-*.jar)
        ;;
    *)
        cache="$app/godwit.aot"
        class_path=$(printf '%s:' "$app"/godwit-app-*.jar "$app"/lib/*.jar)
        ;;
    esac

    # What lives in the heap is small and short-lived: the serial collector spends the least on it, and a
    # small start keeps the process small. Whoever holds gigabytes of queues in memory names another one.
    local collector="-XX:+UseSerialGC -Xms22m"
    case "${GODWIT_JAVA_OPTS:-}" in
    *-XX:+Use*GC*) collector="" ;;
    esac
    # Whoever gives it gigabytes has many subscriptions or messages in mind, and much of what it costs to find one among a
    # million is to find its page. The system may have none to give, and a small heap would only grow by them.
    local pages=""
    case "${GODWIT_JAVA_OPTS:-}" in
    *-Xm[sx][1-9][gG]* | *-Xm[sx][1-9][0-9][gG]* | *-Xm[sx][1-9][0-9][0-9][gG]*)
        ! grep -qs '\[always\]\|\[madvise\]' /sys/kernel/mm/transparent_hugepage/enabled || pages="-XX:+UseTransparentHugePages"
        ;;
    esac
    # What the compilers needed for a moment goes back to the system some seconds later, 10 MB and more after the first
    # load. glibc would keep it; elsewhere the Java machine may not know the option.
    local trim=""
    case "$OSTYPE" in
    linux-gnu*) trim="-XX:TrimNativeHeapInterval=1000" ;;
    esac
    # The optimising compiler waits for four times as many calls as it would: what a start or a storm of connections
    # runs some thousand times is not worth its while, and what carries messages gets there within seconds.
    local compiler="-XX:Tier4InvocationThreshold=20000 -XX:Tier4MinInvocationThreshold=5000 -XX:Tier4CompileThreshold=60000"
    # A broker that has run out of memory ends, so that whoever watches it starts it again: what it has
    # acknowledged is on disk.
    # Netty would follow some of its buffers to find leaks, which costs a percent of a busy loop, and tell Java Flight
    # Recorder of others, whose classes cost a tenth of a second of each start.
    # shellcheck disable=SC2206 # the options are words of their own
    java_options=($collector $pages $trim $compiler -XX:+UseCompactObjectHeaders -XX:+ExitOnOutOfMemoryError
        --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow -Dio.netty.leakDetection.level=disabled
        -Dio.netty.jfr.enabled=false
        "-Djava.library.path=$app/rocksdb:$app/netty/META-INF/native" "-Dgodwit.command=$0")
}

# Shows the Java machine a broker at work, and another one the clients, so that they leave what they have learnt in the
# AOT caches. Starts are slower without them, and nothing else.
#   train LOG
train() {
    local log="$1" folder="" cache
    # A Java machine that is interrupted exits as if it had failed; the older caches stay then, for another training.
    trap 'end_training "$folder"; exit 130' INT TERM HUP
    touch "$app/training.begun"
    # A short path, as the admin socket needs it.
    if ! { folder=$(mktemp -d) && GODWIT_JAVA_OPTS="" GODWIT_LOG_LEVEL=WARN learn "$folder"; } >"$log" 2>&1 9>&-; then
        echo "A training run for faster starts has failed; Godwit works without it ($log says why)." >&2
    fi
    # Jars that are built meanwhile are newer than the caches.
    for cache in "$app"/{godwit,clients}.aot; do
        [ ! -f "$cache" ] || touch -r "$app/training.begun" "$cache"
    done
    end_training "$folder"
    trap - INT TERM HUP
}

#   end_training FOLDER
end_training() {
    rm -rf "$app"/{godwit,clients}.aot.new* "$app/training.begun" ${1:+"$1"}
}

#   learn FOLDER
learn() {
    local java="$JAVA_HOME/bin/java" clients failed=0
    prepare pub
    clients=("$java" "${java_options[@]}" -XX:AOTCacheOutput="$cache.new" -cp "$class_path" io.godwit.app.ClientTraining)
    prepare
    make_cache godwit "$java" "${java_options[@]}" -XX:AOTCacheOutput="$cache.new" -cp "$class_path" \
        io.godwit.app.Training "$1/broker" || failed=1
    make_cache clients "$java" "${java_options[@]}" -cp "$class_path" \
        io.godwit.app.ClientTrainingBroker "$1/clients" "${clients[@]}" || failed=1
    return "$failed"
}

# Puts the cache that a command makes in the place of the older one, which is for other jars and goes in any case.
#   make_cache NAME COMMAND...
make_cache() {
    local made="$app/$1.aot"
    shift
    if "$@" && mv "$made.new" "$made"; then
        return
    fi
    rm -f "$made"
    return 1
}

# Becomes `godwit ARGS`.
launch() {
    prepare "${1:-}"

    # Words are UTF-8 for MQTT, and the Java machine reads them as the locale says, which is often none in a container.
    case "${LC_ALL:-${LC_CTYPE:-${LANG:-}}}" in
    *[Uu][Tt][Ff]8 | *[Uu][Tt][Ff]-8) ;;
    *) export LC_ALL=C.UTF-8 ;;
    esac

    # A client is done before what the optimising compiler does would pay: a third less CPU time for a message.
    case "${1:-}" in
    pub | sub | rr | shell | doctor) java_options+=(-XX:TieredStopAtLevel=1) ;;
    esac

    # A cache that does not fit, as with other options or after an update of the JDK, is passed over without a word. There
    # are options, though, that the Java machine refuses beside a cache.
    case "${GODWIT_JAVA_OPTS:-}" in
    *-Xshare* | *SharedArchiveFile* | *AOTCacheOutput* | *AOTConfiguration* | *AOTMode=record* | *AOTMode=create*) ;;
    *)
        if [ -f "$cache" ]; then
            java_options+=("-XX:AOTCache=$cache" '-Xlog:aot*=off' '-Xlog:cds*=off')
        fi
        ;;
    esac
    # shellcheck disable=SC2086 # the options are words of their own
    exec "$JAVA_HOME/bin/java" "${java_options[@]}" ${GODWIT_JAVA_OPTS:-} -cp "$class_path" io.godwit.app.Main "$@"
}
