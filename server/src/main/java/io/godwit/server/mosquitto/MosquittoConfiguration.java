package io.godwit.server.mosquitto;

import io.godwit.server.configuration.ConfigurationProblems;
import io.godwit.server.configuration.LoadedConfiguration;
import io.godwit.server.configuration.Problem;
import io.godwit.server.configuration.Setting;
import io.godwit.server.configuration.TranslatedFile;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the configuration of a Mosquitto installation. {@code docs/mosquitto.md} says what becomes
 * of each key.
 */
public final class MosquittoConfiguration {

    private MosquittoConfiguration() {}

    /**
     * Reads a mosquitto.conf; then the overrides {@code GODWIT_...} of the environment. No
     * godwit.conf is read.
     *
     * @param file the file; relative to the working directory, as the paths in it are
     * @param environment the environment variables
     * @return ours, with the lines that have no effect here as its notices
     * @throws ConfigurationProblems with all problems and their places in Mosquitto's files, if
     *     there are any
     */
    public static LoadedConfiguration load(Path file, Map<String, String> environment)
            throws ConfigurationProblems {
        Path directory = Path.of("").toAbsolutePath();
        return LoadedConfiguration.translated(translate(file, directory, hasIpv6()), environment);
    }

    /** Translates a file. */
    static TranslatedFile translate(Path file, Path workingDirectory, boolean hasIpv6) {
        List<Problem> problems = new ArrayList<>();
        Path absolute = workingDirectory.resolve(file).normalize();
        MosquittoLines lines = new MosquittoLines(problems);
        MosquittoFile read = MosquittoFile.read(absolute, workingDirectory, problems);
        read.directives().forEach(lines::add);
        List<Setting> settings = Translation.of(lines, absolute, hasIpv6, problems);
        List<Problem> notices = new ArrayList<>(lines.notices());
        lines.find("persistence_location")
                .flatMap(it -> saved(lines, it, workingDirectory))
                .ifPresent(notices::add);
        return new TranslatedFile(absolute, read.files(), settings, problems, notices);
    }

    /** What Mosquitto has saved and nobody reads here. */
    private static Optional<Problem> saved(
            MosquittoLines lines, Directive location, Path workingDirectory) {
        String name = lines.find("persistence_file").map(Directive::value).orElse("mosquitto.db");
        try {
            Path saved = workingDirectory.resolve(location.value()).resolve(name);
            return Files.exists(saved)
                    ? Optional.of(
                            location.problem(
                                    "%s is not read: sessions, queued and retained messages that Mosquitto has saved do not come along"
                                            .formatted(saved)))
                    : Optional.empty();
        } catch (InvalidPathException e) { // which is a problem of its own
            return Optional.empty();
        }
    }

    /** Whether this machine has an address of IPv6. */
    private static boolean hasIpv6() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .anyMatch(Inet6Address.class::isInstance);
        } catch (IOException e) { // it can't say; IPv4 is everywhere
            return false;
        }
    }
}
