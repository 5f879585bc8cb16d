package io.godwit.server.reload;

import io.godwit.gateway.sn.codec.SnVersion;
import io.godwit.server.configuration.Configuration;
import io.godwit.server.configuration.Secrets;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * All values of a configuration by their keys, with what the files that they name hold. Two of them
 * can be compared. Immutable.
 *
 * <p>It is made after a configuration was loaded and before its files are read by whoever needs
 * them: one that changes in between then counts as changed at the next reload, and is read twice at
 * worst. Of the ACL file, which is read with the configuration, what was read is what counts.
 *
 * @param values by the paths of their keys
 */
public record Snapshot(SortedMap<String, Value> values) {

    /**
     * The value of a key.
     *
     * @param text for a person; what is secret is not in it
     * @param files the files that it names
     * @param digest tells contents and secrets apart; empty if there are none
     */
    public record Value(String text, List<Path> files, String digest) {

        private static final Value NONE = new Value("none", List.of(), "");

        private static Value of(String text) {
            return new Value(text, List.of(), "");
        }
    }

    private static final int LONGEST = 200;

    private static final String ACL_FILE = "authorization.acl-file";

    /** What is no key: where the others come from, and what a file held. */
    private static final List<String> NO_KEYS = List.of("sources", "authorization.acl");

    /** Where a value's place in the records is not its key. */
    private static final List<Renaming> RENAMED =
            List.of(
                    new Renaming("protection\\.binds-sessions", "authentication.bind-sessions"),
                    new Renaming("protection\\.connections-per", "limits.connect-rate-per"),
                    new Renaming("protection\\.undecided-", "limits.undecided-"),
                    new Renaming(
                            "protection\\.publish-rate\\.(messages|bytes)",
                            "limits.client.$1-per-second"),
                    new Renaming(
                            "protection\\.publish-rate\\.disconnects", "limits.client.exceeded"),
                    new Renaming("protection\\.publish-rate\\.", "limits.client."),
                    new Renaming("protection\\.flapping\\.is-", "protection.flapping."),
                    new Renaming(
                            "protection\\.listeners\\.([^.]+)\\.connections",
                            "listeners.$1.max-connections"),
                    new Renaming(
                            "protection\\.listeners\\.([^.]+)\\.client\\.(messages|bytes)",
                            "listeners.$1.limits.client.$2-per-second"),
                    new Renaming(
                            "protection\\.listeners\\.([^.]+)\\.client\\.disconnects",
                            "listeners.$1.limits.client.exceeded"),
                    new Renaming(
                            "protection\\.listeners\\.([^.]+)\\.client\\.",
                            "listeners.$1.limits.client."),
                    new Renaming("protection\\.listeners\\.", "listeners."),
                    new Renaming("authorization\\.acl-path", "authorization.acl-file"),
                    new Renaming("authorization\\.allows-otherwise", "authorization.default"),
                    new Renaming("limits\\.retained\\.", "retained."),
                    new Renaming("limits\\.sys-interval", "sys-interval"),
                    new Renaming("authentication\\.client-id-rule", "authentication.client-id"),
                    new Renaming(
                            "authentication\\.passwords\\.longest-", "authentication.password-"),
                    new Renaming("authentication\\.passwords\\.", "authentication.password-"),
                    new Renaming("authentication\\.hook\\.", "authentication.http."),
                    new Renaming("authentication\\.tokens\\.claims\\.", "authentication.jwt."),
                    new Renaming("authentication\\.tokens\\.", "authentication.jwt."),
                    new Renaming(
                            "authentication\\.jwt\\.jwks-(file|url)", "authentication.jwt.jwks"),
                    new Renaming("authentication\\.jwt\\.fetching\\.", "authentication.jwt.jwks-"),
                    new Renaming("authentication\\.jwt\\.is-", "authentication.jwt."),
                    new Renaming("authentication\\.jwt\\.sets-", "authentication.jwt.set-"),
                    new Renaming("authentication\\.jwt\\.needs-", "authentication.jwt.require-"),
                    new Renaming("authentication\\.jwt\\.permits-", "authentication.jwt.acl-"),
                    new Renaming("authentication\\.jwt\\.audiences", "authentication.jwt.audience"),
                    new Renaming(
                            "authentication\\.(jwt\\.jwks-|http\\.)ca-file", "authentication.$1ca"),
                    new Renaming("authentication\\.(jwt|http)\\.cached", "authentication.$1.cache"),
                    new Renaming(
                            "authentication\\.listeners\\.([^.]+)\\.certificate\\.",
                            "listeners.$1.identity-as-"),
                    new Renaming(
                            "gateways\\.([^.]+)\\.connectionless", "listeners.$1.qos-minus-one"),
                    new Renaming(
                            "gateways\\.([^.]+)\\.advertise\\.address", "listeners.$1.advertise"),
                    new Renaming("gateways\\.([^.]+)\\.advertise\\.", "listeners.$1.advertise-"),
                    new Renaming(
                            "gateways\\.([^.]+)\\.dtls\\.sessions", "listeners.$1.dtls-sessions"),
                    new Renaming("gateways\\.([^.]+)\\.dtls\\.", "listeners.$1."),
                    new Renaming("gateways\\.", "listeners."),
                    new Renaming("authentication\\.listeners\\.", "listeners."),
                    new Renaming("(listeners\\.[^.]+)\\.tls\\.versions", "$1.tls-versions"),
                    new Renaming("(listeners\\.[^.]+)\\.(endpoint|tls|web-socket)\\.", "$1."),
                    new Renaming("(listeners\\.[^.]+)\\.proxy\\.", "$1.proxy-"),
                    new Renaming("(listeners\\.[^.]+\\.client-)authorities", "$1ca"),
                    new Renaming("(listeners\\.[^.]+\\.(client-)?certificate)s", "$1"),
                    new Renaming("(listeners\\.[^.]+)\\.revocation-lists", "$1.crl"));

    /**
     * What begins a path, and what stands there instead. Few paths begin like it, which its first
     * word tells: to compile and try all expressions for all paths would be a part of each start.
     *
     * @param from a regular expression that begins with letters
     */
    private record Renaming(String from, String to, String firstWord) {

        Renaming(String from, String to) {
            this(from, to, from.substring(from.startsWith("(") ? 1 : 0, from.indexOf('\\')));
        }

        String applied(String path) {
            return path.startsWith(firstWord)
                    ? Pattern.compile("^" + from).matcher(path).replaceFirst(to)
                    : path;
        }
    }

    /** Copies the map. */
    public Snapshot {
        values = Collections.unmodifiableSortedMap(new TreeMap<>(values));
    }

    /** Of a configuration, as it and its files are now. */
    public static Snapshot of(Configuration configuration) {
        SortedMap<String, Value> values = new TreeMap<>();
        add("", configuration, values);
        values.keySet().removeAll(NO_KEYS);
        configuration
                .authorization()
                .acl()
                .ifPresent(acl ->
                        values.computeIfPresent(
                                ACL_FILE,
                                (_, file) -> new Value(file.text(), file.files(), acl.digest())));
        return new Snapshot(values);
    }

    /** The paths of the keys whose values differ. */
    Collection<String> differences(Snapshot other) {
        Collection<String> keys = new TreeSet<>(values.keySet());
        keys.addAll(other.values.keySet());
        keys.removeIf(key -> value(key).equals(other.value(key)));
        return keys;
    }

    /** The value of a key; of one that it doesn't have, none. */
    Value value(String key) {
        return values.getOrDefault(key, Value.NONE);
    }

    /** The files that the configuration names. */
    List<Path> files() {
        List<Path> files = new ArrayList<>();
        for (Value value : values.values()) {
            files.addAll(value.files());
        }
        return files;
    }

    private static void add(String path, @Nullable Object value, Map<String, Value> to) {
        // Not a switch over types: the Java machine makes the first of them when it runs, which
        // takes as long at a start as all of this.
        if (value == null) {
            return; // as if it were not there
        }
        if (value instanceof Optional<?> optional) {
            add(path, optional.orElse(null), to);
        } else if (value instanceof Record block) {
            addRecord(path, block, to);
        } else if (value instanceof Map<?, ?> map) {
            map.forEach((key, element) -> add(path + "." + key, element, to));
        } else if (value instanceof Collection<?> list) {
            addList(path, list, to);
        } else if (value instanceof Path file) {
            put(path, ofFile(file), to);
        } else if (value instanceof URI uri) {
            put(path, ofUri(uri), to);
        } else {
            put(path, ofText(path, text(value)), to);
        }
    }

    private static void addRecord(String path, Record block, Map<String, Value> to) {
        for (RecordComponent component : block.getClass().getRecordComponents()) {
            String below = path.isEmpty() ? "" : path + ".";
            add(below + key(component.getName()), read(component, block), to);
        }
    }

    /** {@code queuedBytes} is {@code queued-bytes}. */
    private static String key(String component) {
        StringBuilder key = new StringBuilder();
        for (char letter : component.toCharArray()) {
            if (Character.isUpperCase(letter)) {
                key.append('-');
            }
            key.append(Character.toLowerCase(letter));
        }
        return key.toString();
    }

    /** Blocks with a name stand under it, everything else is one value. */
    private static void addList(String path, Collection<?> list, Map<String, Value> to) {
        List<Value> values = new ArrayList<>();
        for (Object element : list) {
            Optional<String> name = nameOf(element);
            if (name.isPresent()) {
                addRecord(path + "." + name.get(), (Record) element, to);
                to.remove(path + "." + name.get() + ".name");
            } else {
                SortedMap<String, Value> parts = new TreeMap<>();
                add(path, element, parts);
                values.addAll(parts.values());
            }
        }
        if (list instanceof Set) { // whose order means nothing
            values.sort(Comparator.comparing(Value::text));
        }
        if (!values.isEmpty()) {
            String text = joined(values, Value::text);
            put(
                    path,
                    new Value(
                            shortened(text),
                            values.stream().flatMap(it -> it.files().stream()).toList(),
                            digest(text + joined(values, Value::digest))),
                    to);
        }
    }

    private static String joined(List<Value> values, Function<Value, String> part) {
        return values.stream().map(part).collect(Collectors.joining(", "));
    }

    private static Optional<String> nameOf(Object element) {
        if (element instanceof Record block) {
            for (RecordComponent component : block.getClass().getRecordComponents()) {
                if (component.getName().equals("name")) {
                    return Optional.of(String.valueOf(read(component, block)));
                }
            }
        }
        return Optional.empty();
    }

    private static @Nullable Object read(RecordComponent component, Record block) {
        try {
            return component.getAccessor().invoke(block);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("can't read " + component, e);
        }
    }

    private static void put(String path, Value value, Map<String, Value> to) {
        String key = path;
        for (Renaming renaming : RENAMED) {
            key = renaming.applied(key);
        }
        to.put(key, value);
    }

    private static Value ofText(String path, String text) {
        if (Secrets.isSecret(path)) {
            return new Value(Secrets.HIDDEN, List.of(), digest(text));
        }
        return text.length() <= LONGEST
                ? Value.of(text)
                : new Value(shortened(text), List.of(), digest(text));
    }

    private static Value ofFile(Path file) {
        Path absolute = file.toAbsolutePath();
        if (!Files.isRegularFile(absolute)) {
            return Value.of(file.toString());
        }
        try (InputStream stream = Files.newInputStream(absolute)) {
            MessageDigest digest = sha256();
            byte[] part = new byte[8_192];
            for (int read = stream.read(part); read >= 0; read = stream.read(part)) {
                digest.update(part, 0, read);
            }
            return new Value(
                    file.toString(), List.of(absolute), HexFormat.of().formatHex(digest.digest()));
        } catch (IOException e) { // who needs it says so
            return new Value(file.toString(), List.of(absolute), "");
        }
    }

    private static String text(Object value) {
        if (value instanceof Duration time) {
            return inWords(time);
        }
        return value instanceof Enum<?> word && !(value instanceof SnVersion)
                ? word.name().toLowerCase(Locale.ROOT).replace('_', '-')
                : value.toString();
    }

    /** An address may have a password in front, and a secret behind the question mark. */
    private static Value ofUri(URI uri) {
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        String shown = "%s://%s%s%s".formatted(uri.getScheme(), uri.getHost(), port, uri.getPath());
        return new Value(shown, List.of(), digest(uri.toString()));
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "...";
    }

    private static String inWords(Duration time) {
        return time.toMillisPart() > 0 ? time.toMillis() + " ms" : time.toSeconds() + " s";
    }

    private static String digest(String text) {
        return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java machine has SHA-256", e);
        }
    }
}
