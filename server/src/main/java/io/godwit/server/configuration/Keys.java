package io.godwit.server.configuration;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** All known keys: each is named once, in the class of its section. */
final class Keys {

    /** The keys outside the listeners. */
    static final List<Key<Draft, ?>> ALL = all();

    /** The blocks that known keys stand in, each before those within it. */
    static final List<String> BLOCKS = allBlocks();

    private Keys() {}

    private static List<Key<Draft, ?>> all() {
        List<Key<Draft, ?>> keys = new ArrayList<>();
        keys.add(new Key<>("data-dir", Kind.path(), "data", (it, path) -> it.dataDir = path));
        keys.add(
                new Key<>(
                        "event-loops",
                        Kind.integer(1, 1_024),
                        "half of the cores",
                        (it, count) -> it.eventLoops = count));
        keys.add(
                new Key<>(
                        "sys-interval",
                        Kind.time(Duration.ZERO, Duration.ofDays(1)),
                        "10 s",
                        (it, time) -> it.limits.sysInterval(time)));
        keys.add(
                new Key<>(
                        "flight-recorder",
                        Kind.truth(),
                        "true",
                        (it, isOn) -> it.flightRecorder = isOn));
        keys.addAll(AccessKeys.keys());
        keys.addAll(JwtKeys.keys());
        keys.addAll(HttpHookKeys.keys());
        keys.addAll(AuthorizationKeys.keys());
        keys.addAll(AdminKeys.keys());
        keys.addAll(ReloadKeys.keys());
        keys.addAll(PersistenceKeys.keys());
        keys.addAll(LimitKeys.keys());
        keys.addAll(LimitKeys.sessionKeys());
        keys.addAll(ProtectionKeys.keys());
        keys.add(
                new Key<>(
                        "retained.messages",
                        Kind.integer(0, 1_000_000_000),
                        "1000000",
                        (it, count) -> it.limits.retainedMessages(count)));
        keys.add(
                new Key<>(
                        "retained.bytes",
                        Kind.share(0, LimitKeys.MOST_BYTES),
                        "1 GB",
                        (it, share) -> it.limits.retainedBytes(share.of(it.heap))));
        return List.copyOf(keys);
    }

    /** The key outside the listeners with this path. */
    static Optional<Key<Draft, ?>> find(String path) {
        return ALL.stream().filter(key -> key.path().equals(path)).findFirst();
    }

    /** The key of a listener with this name. */
    static Optional<Key<Draft.Listener, ?>> findOfListener(String name) {
        return ListenerKeys.ALL.stream().filter(key -> key.path().equals(name)).findFirst();
    }

    /** Whether this is the path of a key that this version has. */
    static boolean isKnown(String path) {
        String[] parts = path.split("\\.", 3);
        return parts.length == 3 && parts[0].equals("listeners")
                ? findOfListener(parts[2]).isPresent()
                : find(path).isPresent() || AdminKeys.isOfSomebody(path);
    }

    /** Whether keys of a listener stand below this path within it. */
    static boolean isBlockOfListener(String name) {
        return ListenerKeys.ALL.stream().anyMatch(key -> key.path().startsWith(name + "."));
    }

    /** Whether known keys stand below this path. */
    static boolean isBlock(String path) {
        return BLOCKS.contains(path);
    }

    private static List<String> allBlocks() {
        Set<String> blocks = new TreeSet<>(Set.of("listeners", AdminKeys.USERS, AdminKeys.TOKENS));
        for (Key<Draft, ?> key : ALL) {
            String path = key.path();
            for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
                blocks.add(path.substring(0, dot));
            }
        }
        return List.copyOf(blocks);
    }

    /** All known paths; the listeners' keys for these names. */
    static Stream<String> paths(Collection<String> listenerNames) {
        return Stream.of(
                        ALL.stream().map(Key::path),
                        ofListeners(
                                listenerNames, ListenerKeys.ALL.stream().map(Key::path).toList()))
                .flatMap(paths -> paths);
    }

    private static Stream<String> ofListeners(Collection<String> names, List<String> keys) {
        return names.stream()
                .flatMap(name -> keys.stream().map(key -> "listeners." + name + "." + key));
    }
}
