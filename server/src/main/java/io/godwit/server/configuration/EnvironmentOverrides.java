package io.godwit.server.configuration;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The keys that environment variables set: {@code GODWIT_LISTENERS__TCP__PORT} is {@code
 * listeners.tcp.port}, and with {@code __FILE} at its end the value is what that file holds. For
 * one thread.
 */
final class EnvironmentOverrides {

    private static final String PREFIX = "GODWIT_";
    private static final String FILE = "__FILE";
    private static final int LONGEST_FILE = 65_536;

    /** Read by the start scripts, not by the configuration. */
    private static final Set<String> NOT_KEYS =
            Set.of("GODWIT_CONFIG", "GODWIT_JAVA_OPTS", "GODWIT_LOG_FORMAT", "GODWIT_LOG_LEVEL");

    /** What Kubernetes and Docker links set beside a service that is called godwit. */
    private static final Pattern SERVICE =
            Pattern.compile("GODWIT_(SERVICE_(HOST|PORT)(_.*)?|PORT(_\\d+_(TCP|UDP)(_.*)?)?|NAME)");

    private final Path workingDirectory;
    private final List<Problem> problems;
    private final List<String> used = new ArrayList<>();
    private final List<Path> files = new ArrayList<>();
    private final Map<String, String> variablesByPath = new TreeMap<>();
    private Config config = ConfigFactory.empty();

    private EnvironmentOverrides(Path workingDirectory, List<Problem> problems) {
        this.workingDirectory = workingDirectory;
        this.problems = problems;
    }

    /** Reads them; what is wrong is added to the problems. */
    static EnvironmentOverrides read(
            Map<String, String> environment, Path workingDirectory, List<Problem> problems) {
        var overrides = new EnvironmentOverrides(workingDirectory, problems);
        new TreeMap<>(environment)
                .forEach((variable, text) -> {
                    if (variable.startsWith(PREFIX)
                            && !NOT_KEYS.contains(variable)
                            && !SERVICE.matcher(variable).matches()) {
                        overrides.add(variable, text);
                    }
                });
        return overrides;
    }

    /** The keys that they set. */
    Config config() {
        return config;
    }

    /** The variables that set a key, in alphabetical order. */
    List<String> used() {
        return used;
    }

    /** The files that hold values. */
    List<Path> files() {
        return files;
    }

    private void add(String variable, String text) {
        boolean isFile =
                variable.endsWith(FILE) && !isKey(path(variable)); // admin.audit.file is one
        String name = isFile ? variable.substring(0, variable.length() - FILE.length()) : variable;
        String path = path(name);
        if (isBlock(path)) {
            problem(
                    variable,
                    path + " is a block of keys: a variable sets one key, as " + example(path));
        } else if (!isKey(path)) {
            problem(variable, "no such key; the nearest is " + nearest(path));
        } else if (variablesByPath.containsKey(path)) {
            problem(variable, "sets " + path + " again, after " + variablesByPath.get(path));
        } else {
            variablesByPath.put(path, variable);
            value(variable, text, isFile).ifPresent(value -> set(variable, path, value));
        }
    }

    private void set(String variable, String path, String value) {
        var origin = Place.ENVIRONMENT_VARIABLE + variable;
        config = config.withValue(path, ConfigValueFactory.fromAnyRef(value, origin));
        used.add(variable);
    }

    private Optional<String> value(String variable, String text, boolean isFile) {
        if (!isFile) {
            return Optional.of(text);
        }
        try {
            Path file = workingDirectory.resolve(text);
            files.add(file);
            if (Files.size(file) > LONGEST_FILE) {
                problem(variable, file + " is larger than " + LONGEST_FILE + " bytes");
                return Optional.empty();
            }
            return Optional.of(
                    new String(Files.readAllBytes(file), StandardCharsets.UTF_8).stripTrailing());
        } catch (IOException | InvalidPathException e) {
            problem(variable, "can't read the file " + text + ": " + Reasons.of(e));
            return Optional.empty();
        }
    }

    private void problem(String variable, String text) {
        problems.add(new Problem(Place.ENVIRONMENT_VARIABLE + variable, 0, text));
    }

    private static String path(String variable) {
        return variable.substring(PREFIX.length())
                .toLowerCase(Locale.ROOT)
                .replace("__", ".")
                .replace('_', '-');
    }

    private static String variable(String path) {
        return PREFIX + path.replace(".", "__").replace('-', '_').toUpperCase(Locale.ROOT);
    }

    private static boolean isKey(String path) {
        return listenerKey(path)
                .map(key -> Keys.findOfListener(key).isPresent())
                .orElseGet(() -> Keys.find(path).isPresent() || AdminKeys.isOfSomebody(path));
    }

    private static boolean isBlock(String path) {
        return listenerKey(path).map(Keys::isBlockOfListener).orElseGet(() -> Keys.isBlock(path));
    }

    /** The {@code limits.packet-size} of {@code listeners.tcp.limits.packet-size}. */
    private static Optional<String> listenerKey(String path) {
        String[] parts = path.split("\\.", 3);
        return parts.length == 3 && parts[0].equals("listeners") && ListenerName.isValid(parts[1])
                ? Optional.of(parts[2])
                : Optional.empty();
    }

    private static String nearest(String path) {
        return variable(NearestKey.of(path, known(path).toList()));
    }

    /** The paths that there are, with those of the listener that a path may mean. */
    private static Stream<String> known(String path) {
        String[] parts = path.split("\\.", 3);
        String listener = parts.length == 3 && ListenerName.isValid(parts[1]) ? parts[1] : "tcp";
        return Keys.paths(List.of(listener));
    }

    private static String example(String block) {
        return variable(
                known(block)
                        .filter(path -> path.startsWith(block + "."))
                        .findFirst()
                        .orElseThrow());
    }
}
