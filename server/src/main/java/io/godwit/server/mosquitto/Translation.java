package io.godwit.server.mosquitto;

import io.godwit.server.configuration.Problem;
import io.godwit.server.configuration.Setting;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Turns the lines of a mosquitto.conf into settings of ours. For one thread. */
final class Translation {

    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})([hdwmys])");
    private static final Map<String, Long> SECONDS =
            Map.of(
                    "s", 1L,
                    "h", 3_600L,
                    "d", 86_400L,
                    "w", 604_800L,
                    "m", 2_592_000L,
                    "y", 31_536_000L);
    private static final long LONGEST_EXPIRY = 4_294_967_294L;

    private final MosquittoLines lines;
    private final String file;
    private final List<Problem> problems;
    private final List<Setting> settings = new ArrayList<>();

    private Translation(MosquittoLines lines, Path file, List<Problem> problems) {
        this.lines = lines;
        this.file = file.toString();
        this.problems = problems;
    }

    /**
     * The settings; what can't be translated is added to the problems.
     *
     * @param hasIpv6 whether a listener without an address can listen on IPv6 as well
     */
    static List<Setting> of(
            MosquittoLines lines, Path file, boolean hasIpv6, List<Problem> problems) {
        Translation translation = new Translation(lines, file, problems);
        translation.persistence();
        translation.limits();
        translation.settings.addAll(
                new ListenerTranslation(lines, file.toString(), hasIpv6, problems).settings());
        translation.settings.addAll(
                new AccessTranslation(lines, file.toString(), problems).settings());
        return translation.settings;
    }

    /** What Mosquitto does where no line says anything. */
    private void standard(String path, String text) {
        settings.add(new Setting(path, text, file, 0, "Mosquitto's default"));
    }

    private void persistence() {
        truth(lines.find("persistence"), problems)
                .ifPresentOrElse(
                        isOn ->
                                lines.find("persistence")
                                        .ifPresent(it ->
                                                settings.add(
                                                        it.setting(
                                                                "persistence.mode",
                                                                isOn ? "durable" : "memory"))),
                        () -> standard("persistence.mode", "memory"));
        lines.find("persistence_location")
                .ifPresent(it -> {
                    try {
                        Path directory = Path.of(it.value()).resolve("godwit");
                        settings.add(it.setting("data-dir", directory.toString()));
                    } catch (InvalidPathException e) {
                        problems.add(it.problem(it.shown() + " is not a path"));
                    }
                });
    }

    private void limits() {
        Map<String, String> unlimited = new HashMap<>();
        unlimited.put("max_inflight_messages", "65535");
        unlimited.put("max_queued_messages", "100000000");
        unlimited.put("max_queued_bytes", "1000000000000000");
        number("max_inflight_messages", "limits.session.in-flight", unlimited);
        number("max_queued_messages", "limits.session.queued-messages", unlimited);
        number("max_queued_bytes", "limits.session.queued-bytes", unlimited);
        number("max_packet_size", "limits.packet-size", unlimited);
        number("memory_limit", "limits.memory", Map.of("memory_limit", ""));
        number("global_max_clients", "limits.connections", unlimited);
        number("global_max_connections", "limits.connections", unlimited);
        if (lines.find("max_queued_messages").isEmpty()) {
            standard("limits.session.queued-messages", "1000");
        }
        seconds("max_keepalive", "limits.keep-alive-maximum");
        seconds("sys_interval", "sys-interval");
        lines.find("persistent_client_expiration").ifPresent(this::expiry);
        truth(lines.find("retain_available"), problems)
                .filter(isAvailable -> !isAvailable)
                .flatMap(_ -> lines.find("retain_available"))
                .ifPresent(it -> settings.add(it.setting("limits.retain-available", "false")));
    }

    /** A number, where 0 may mean another one, or nothing. */
    private void number(String key, String path, Map<String, String> unlimited) {
        lines.find(key)
                .ifPresent(it -> {
                    var number = it.number();
                    if (number.isEmpty()) {
                        problems.add(it.problem(it.shown() + " is no whole number"));
                        return;
                    }
                    String text =
                            number.getAsLong() == 0
                                    ? unlimited.getOrDefault(key, "0")
                                    : Long.toString(number.getAsLong());
                    if (!text.isEmpty()) {
                        settings.add(it.setting(path, text));
                    }
                });
    }

    private void seconds(String key, String path) {
        lines.find(key)
                .ifPresent(it -> {
                    if (it.number().isEmpty() || it.number().getAsLong() < 0) {
                        problems.add(it.problem(it.shown() + " is no number of seconds"));
                    } else {
                        settings.add(it.setting(path, it.number().getAsLong() + " s"));
                    }
                });
    }

    private void expiry(Directive line) {
        Matcher duration = DURATION.matcher(line.value());
        if (!duration.matches()) {
            problems.add(
                    line.problem(
                            line.shown()
                                    + " is no duration; it takes a whole number and one of h, d, w,"
                                    + " m, y, such as 14d"));
            return;
        }
        long seconds =
                Long.parseLong(duration.group(1))
                        * SECONDS.getOrDefault(duration.group(2), LONGEST_EXPIRY);
        settings.add(
                line.setting(
                        "limits.session.maximum-expiry", Math.min(seconds, LONGEST_EXPIRY) + " s"));
    }

    /** A yes or a no; empty, and a problem, if the line is neither. */
    static Optional<Boolean> truth(Optional<Directive> line, List<Problem> problems) {
        return line.flatMap(it ->
                switch (it.value()) {
                    case "true", "1" -> Optional.of(true);
                    case "false", "0" -> Optional.of(false);
                    default -> {
                        problems.add(it.problem(it.shown() + " is neither true nor false"));
                        yield Optional.empty();
                    }
                });
    }
}
