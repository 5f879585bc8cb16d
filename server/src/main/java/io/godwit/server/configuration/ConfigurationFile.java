package io.godwit.server.configuration;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The configuration file that counts.
 *
 * @param path absolute
 * @param namedBy who named it, for the error message when it isn't there; empty if it was found
 */
record ConfigurationFile(Path path, String namedBy) {

    private static final long LARGEST = 1_000_000;

    /**
     * Finds it: the one given, {@code $GODWIT_CONFIG}, {@code ./godwit.conf}, the system's. One
     * that was named counts even if it doesn't exist, which {@link #parse} reports.
     */
    static Optional<ConfigurationFile> find(
            @Nullable Path given,
            Path workingDirectory,
            Path systemFile,
            Map<String, String> environment,
            List<Problem> problems) {
        if (given != null) {
            return Optional.of(
                    new ConfigurationFile(workingDirectory.resolve(given), "named by --config"));
        }
        String variable = environment.getOrDefault("GODWIT_CONFIG", "");
        if (!variable.isEmpty()) {
            try {
                return Optional.of(
                        new ConfigurationFile(
                                workingDirectory.resolve(variable), "named by GODWIT_CONFIG"));
            } catch (InvalidPathException e) {
                problems.add(
                        new Problem(
                                Place.ENVIRONMENT_VARIABLE + "GODWIT_CONFIG",
                                0,
                                "is not a path: " + e.getMessage()));
                return Optional.empty();
            }
        }
        for (Path path : List.of(workingDirectory.resolve("godwit.conf"), systemFile)) {
            if (Files.exists(path)) {
                return Optional.of(new ConfigurationFile(path, ""));
            }
        }
        return Optional.empty();
    }

    /**
     * Its keys; what is wrong is added to the problems, and then it is empty.
     *
     * @param files where it notes what was read
     */
    Config parse(List<Path> files, List<Problem> problems) {
        Path file = path.normalize();
        files.add(file);
        Optional<String> unusable = unusable(file);
        if (unusable.isPresent()) {
            problems.add(new Problem(file.toString(), 0, unusable.get()));
            return ConfigFactory.empty();
        }
        try {
            return ConfigFactory.parseFile(
                    file.toFile(),
                    ConfigParseOptions.defaults()
                            .setSyntax(ConfigSyntax.CONF)
                            .setAllowMissing(false)
                            .setIncluder(new FileIncluder(files)));
        } catch (ConfigException e) {
            problems.add(problem(e, file));
            return ConfigFactory.empty();
        }
    }

    /** The keys of a text; what is wrong is added to the problems, and then it is empty. */
    static Config parse(String text, String source, List<Path> files, List<Problem> problems) {
        try {
            return ConfigFactory.parseString(
                    text,
                    ConfigParseOptions.defaults()
                            .setSyntax(ConfigSyntax.CONF)
                            .setOriginDescription(source)
                            .setIncluder(new FileIncluder(files)));
        } catch (ConfigException e) {
            problems.add(problem(e, Path.of(source)));
            return ConfigFactory.empty();
        }
    }

    private Optional<String> unusable(Path file) {
        String named = namedBy.isEmpty() ? "" : " (" + namedBy + ")";
        if (!Files.exists(file)) {
            return Optional.of("no such file" + named);
        }
        if (Files.isDirectory(file)) {
            return Optional.of("is a directory, not a file" + named);
        }
        try (InputStream stream = Files.newInputStream(file)) {
            return stream.skip(LARGEST + 1) > LARGEST
                    ? Optional.of("is larger than " + LARGEST + " bytes" + named)
                    : Optional.empty();
        } catch (IOException e) {
            return Optional.of("can't be read: " + Reasons.of(e) + named);
        }
    }

    /** What the library found wrong, at its place, or at the file if it has none. */
    static Problem problem(ConfigException failure, Path file) {
        String text = String.valueOf(failure.getMessage());
        @Nullable ConfigOrigin origin = failure.origin();
        if (origin == null) {
            return new Problem(file.toString(), 0, text);
        }
        String place = origin.description() + ": ";
        return Place.of(origin)
                .problem(text.startsWith(place) ? text.substring(place.length()) : text);
    }
}
