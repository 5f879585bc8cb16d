package io.godwit.app;

import io.godwit.server.reload.ConfigurationSource;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of the broker, of {@code godwit} alone and of {@code godwit run} alike. */
final class RunOptions {

    private static final Set<String> FILES = Set.of("--config", "--data-dir", "--mosquitto-conf");

    /** What every system takes as a file's name, with or without a drive in front. */
    private static final Pattern PLAIN = Pattern.compile("([A-Za-z]:)?[\\w./\\\\][\\w./\\\\-]*");

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "Configuration file. Otherwise $GODWIT_CONFIG, ./godwit.conf or"
                            + " /etc/godwit/godwit.conf, whichever is found first.")
    @Nullable Path config;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "Where the broker keeps its data; overrides the configuration.")
    @Nullable Path dataDir;

    @Option(
            names = "--mosquitto-conf",
            paramLabel = "FILE",
            description =
                    "Takes the configuration from a mosquitto.conf instead, with the password and ACL"
                            + " files that it names.")
    @Nullable Path mosquittoConf;

    @Option(
            names = "--test-config",
            description = "Checks the configuration, says what is wrong with it, and exits.")
    boolean testConfig;

    /**
     * Reads the words of a start as scripts and people mostly write it: {@code run} or nothing,
     * then files, each once. Empty if there is anything else, also if it is wrong.
     */
    static Optional<RunOptions> plain(List<String> words) {
        boolean isRun = !words.isEmpty() && words.getFirst().equals("run");
        Iterator<String> rest = words.subList(isRun ? 1 : 0, words.size()).iterator();
        Map<String, Path> files = new HashMap<>();
        while (rest.hasNext()) {
            String[] option = rest.next().split("=", 2);
            String value = option.length == 2 ? option[1] : rest.hasNext() ? rest.next() : "";
            if (!FILES.contains(option[0])
                    || !isPlainFile(value)
                    || files.put(option[0], Path.of(value)) != null) {
                return Optional.empty();
            }
        }
        RunOptions options = new RunOptions();
        options.config = files.get("--config");
        options.dataDir = files.get("--data-dir");
        options.mosquittoConf = files.get("--mosquitto-conf");
        return options.namesTwoFiles() ? Optional.empty() : Optional.of(options);
    }

    /** Whether the configuration would be in two files. */
    boolean namesTwoFiles() {
        return config != null && mosquittoConf != null;
    }

    /** Not what is for picocli another option, a subcommand or a file with more words. */
    private static boolean isPlainFile(String value) {
        return PLAIN.matcher(value).matches() && !Subcommands.contains(value);
    }

    /** Where these options say that the configuration is. */
    ConfigurationSource source() {
        return new ConfigurationSource(config, mosquittoConf, dataDir, System.getenv());
    }
}
