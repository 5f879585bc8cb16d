package io.godwit.server.configuration;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A working directory with configuration files, and a loader that sees nothing else. */
record ConfigurationFolder(Path directory) {

    /** The heap that percentages are of. */
    static final long HEAP = 8_000_000_000L;

    /** Writes a file, with its directories. */
    Path write(String name, String text) throws IOException {
        Path file = directory.resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        return Files.writeString(file, text);
    }

    /** Loads what the search finds, with {@code system/godwit.conf} as the system's file. */
    Configuration load(Map<String, String> environment) throws ConfigurationProblems {
        return loader(environment).load(null);
    }

    /** Loads {@code ./godwit.conf} with this text. */
    Configuration load(String text) throws IOException, ConfigurationProblems {
        write("godwit.conf", text);
        return load(Map.of());
    }

    /** The problems of {@code ./godwit.conf} with this text. */
    List<String> problems(String text) throws IOException {
        write("godwit.conf", text);
        return problems(Map.of());
    }

    /** The problems of what the search finds, without this directory's name. */
    List<String> problems(Map<String, String> environment) {
        try {
            load(environment);
            return List.of();
        } catch (ConfigurationProblems e) {
            return e.problems().stream()
                    .map(problem -> problem.toString().replace(directory + "/", ""))
                    .toList();
        }
    }

    ConfigurationLoader loader(Map<String, String> environment) {
        return new ConfigurationLoader(
                directory, directory.resolve("system/godwit.conf"), environment, HEAP);
    }
}
