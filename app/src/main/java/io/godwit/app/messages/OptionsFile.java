package io.godwit.app.messages;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A file of options, one a line, as Mosquitto's commands read it before their command line. */
final class OptionsFile {

    private final Flags flags;
    private final Path file;

    private OptionsFile(Flags flags, Path file) {
        this.flags = flags;
        this.file = file;
    }

    /**
     * Reads the options of the file that {@code -o} names, or else of the user's own for the
     * command ({@code mosquitto_pub} and the like), if there is one.
     *
     * @param command null if users have no file for it
     */
    static void read(
            Flags flags,
            @Nullable String command,
            List<String> line,
            Map<String, String> environment)
            throws WrongUsage {
        int named = line.indexOf("-o");
        Path file =
                named >= 0 && named + 1 < line.size()
                        ? Path.of(line.get(named + 1))
                        : users(command, environment);
        if (file != null && (named >= 0 || Files.isRegularFile(file))) {
            new OptionsFile(flags, file).read();
        }
    }

    private static @Nullable Path users(@Nullable String command, Map<String, String> environment) {
        if (command == null) {
            return null;
        }
        String name = "mosquitto_" + command;
        String configuration = environment.get("XDG_CONFIG_HOME");
        if (configuration != null) {
            return Path.of(configuration, name);
        }
        String home = environment.get("HOME");
        return home == null ? null : Path.of(home, ".config", name);
    }

    private void read() throws WrongUsage {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException failure) {
            throw new WrongUsage("The options file can't be read: " + failure);
        }
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            try {
                flags.read(Words.ofLine(line));
            } catch (WrongUsage wrong) {
                throw new WrongUsage("%s:%d: %s".formatted(file, i + 1, wrong.getMessage()));
            }
        }
    }
}
