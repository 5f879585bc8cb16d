package io.godwit.server.configuration;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigValueFactory;
import io.godwit.broker.auth.Network;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * What a key takes: how its text is read and which values are allowed.
 *
 * @param what what it is in words, such as {@code a whole number}
 * @param range which of these are allowed, as the reference and the error messages say it
 * @param isList whether it takes a list as well as one text
 * @param reader from a text to its value; empty where the text is not allowed
 */
record Kind<T>(String what, String range, boolean isList, Function<String, Optional<T>> reader) {

    /** What stands for no value. */
    static final String NONE = "none";

    /** Stands between the elements of a list where it is given as one text. */
    static final String ELEMENT = "\n";

    private static final Pattern SEPARATOR = Pattern.compile("[" + ELEMENT + ",]");
    private static final Pattern WHOLE_NUMBER = Pattern.compile("-?\\d{1,18}");
    // Bounded, since the library expands an exponent into that many digits.
    private static final Pattern SIZE = Pattern.compile("\\d{1,18}(\\.\\d{1,9})?\\s*[A-Za-z]*");
    private static final Pattern TIME = Pattern.compile("\\d{1,15}(\\.\\d{1,9})?\\s*[a-z]+");
    private static final Pattern PERCENTAGE = Pattern.compile("(\\d{1,3})\\s*%");
    private static final Pattern HOST = Pattern.compile("[A-Za-z0-9._:%-]{1,255}");

    private Kind(String what, String range, Function<String, Optional<T>> reader) {
        this(what, range, false, reader);
    }

    /** The value of a text; empty if it is not allowed. */
    Optional<T> read(String text) {
        return reader.apply(text.strip());
    }

    static Kind<Integer> integer(int least, int most) {
        return new Kind<>(
                "a whole number",
                least + " to " + most,
                text ->
                        WHOLE_NUMBER.matcher(text).matches()
                                ? within(Long.parseLong(text), least, most).map(Long::intValue)
                                : Optional.empty());
    }

    static Kind<Long> size(long least, long most) {
        return new Kind<>(
                "a size such as 2 MB (2000000 bytes) or 2 MiB (2097152 bytes)",
                least + " to " + most + " bytes",
                text -> bytes(text).flatMap(value -> within(value, least, most)));
    }

    /** A size, or a percentage of the heap. */
    static Kind<Share> share(long least, long most) {
        Kind<Long> size = size(least, most);
        return new Kind<>(
                size.what() + " or a percentage of the heap such as 50%",
                size.range() + ", or 1% to 100%",
                text -> {
                    var percentage = PERCENTAGE.matcher(text);
                    return percentage.matches()
                            ? within(Long.parseLong(percentage.group(1)), 1, 100)
                                    .map(amount -> new Share(amount, true))
                            : size.read(text).map(amount -> new Share(amount, false));
                });
    }

    static Kind<Duration> time(Duration least, Duration most) {
        return new Kind<>(
                "a time with its unit such as 500 ms, 10 s or 5 m",
                inWords(least) + " to " + inWords(most),
                text ->
                        duration(text)
                                .filter(value ->
                                        value.compareTo(least) >= 0 && value.compareTo(most) <= 0));
    }

    /** A time in whole seconds, as the protocol counts them. */
    static Kind<Long> seconds(long most) {
        return new Kind<>(
                "a time in whole seconds with its unit such as 30 s, 5 m or 7 d",
                "0 s to " + most + " s",
                text ->
                        duration(text)
                                .filter(value ->
                                        value.equals(value.truncatedTo(ChronoUnit.SECONDS)))
                                .flatMap(value -> within(value.toSeconds(), 0, most)));
    }

    /** A time in whole seconds, or a word that stands for a number of them. */
    static Kind<Long> secondsOr(String word, long meaning, long most) {
        Kind<Long> seconds = seconds(most);
        return new Kind<>(
                seconds.what(),
                seconds.range() + ", or " + word,
                text -> text.equals(word) ? Optional.of(meaning) : seconds.read(text));
    }

    static Kind<Boolean> truth() {
        return new Kind<>(
                "a yes or a no",
                "true or false",
                text ->
                        switch (text) {
                            case "true", "yes", "on" -> Optional.of(true);
                            case "false", "no", "off" -> Optional.of(false);
                            default -> Optional.empty();
                        });
    }

    /** One of some words. */
    static <T> Kind<T> words(Map<String, T> words) {
        return new Kind<>(
                words.size() == 1 ? "a word" : "one of some words",
                String.join(", ", new TreeSet<>(words.keySet())),
                text -> Optional.ofNullable(words.get(text)));
    }

    static Kind<Path> path() {
        return new Kind<>(
                "a path",
                "absolute, or relative to the working directory",
                text -> {
                    try {
                        return text.isEmpty() ? Optional.empty() : Optional.of(Path.of(text));
                    } catch (InvalidPathException e) {
                        return Optional.empty();
                    }
                });
    }

    static Kind<String> host() {
        return new Kind<>(
                "a host name or an address",
                "such as 127.0.0.1, 0.0.0.0 (all of IPv4) or :: (all)",
                text -> HOST.matcher(text).matches() ? Optional.of(text) : Optional.empty());
    }

    /** An address, or a range of them. */
    static Kind<Network> network() {
        return new Kind<>(
                "an address or a range of them",
                "such as 10.0.0.7, 10.0.0.0/8 or 2001:db8::/32",
                text -> {
                    try {
                        return Optional.of(Network.parse(text));
                    } catch (IllegalArgumentException none) {
                        return Optional.empty();
                    }
                });
    }

    /** A URL of HTTP; without a user name and a password, which would end up in logs. */
    static Kind<URI> url() {
        return new Kind<>(
                "a URL",
                "http:// or https://, a host and a path",
                text -> {
                    try {
                        URI url = new URI(text);
                        boolean isHttp =
                                "http".equals(url.getScheme()) || "https".equals(url.getScheme());
                        boolean isPlain = url.getUserInfo() == null && url.getFragment() == null;
                        return isHttp && isPlain && url.getHost() != null
                                ? Optional.of(url)
                                : Optional.empty();
                    } catch (URISyntaxException e) {
                        return Optional.empty();
                    }
                });
    }

    /** A value, or none. */
    static <T> Kind<Optional<T>> optional(Kind<T> kind) {
        return new Kind<>(
                kind.what(),
                kind.range() + "; or " + NONE,
                text ->
                        text.equals(NONE)
                                ? Optional.of(Optional.empty())
                                : kind.read(text).map(Optional::of));
    }

    /** A list of values; in an environment variable with commas between them. */
    static <T> Kind<List<T>> many(Kind<T> kind) {
        return new Kind<>(
                "a list; each is " + kind.what(),
                kind.range(),
                true,
                text -> {
                    List<T> values = new ArrayList<>();
                    for (String part : SEPARATOR.split(text)) {
                        Optional<T> value = part.isBlank() ? Optional.empty() : kind.read(part);
                        if (value.isPresent()) {
                            values.add(value.get());
                        } else if (!part.isBlank()) {
                            return Optional.empty();
                        }
                    }
                    return Optional.of(List.copyOf(values));
                });
    }

    /** Any text with something in it. */
    static Kind<String> text() {
        return new Kind<>(
                "a text", "any", text -> text.isEmpty() ? Optional.empty() : Optional.of(text));
    }

    private static Optional<Long> within(long value, long least, long most) {
        return value >= least && value <= most ? Optional.of(value) : Optional.empty();
    }

    private static Optional<Long> bytes(String text) {
        return SIZE.matcher(text).matches()
                ? asHocon(text, config -> config.getBytes("it"))
                : Optional.empty();
    }

    /** HOCON takes a number without a unit for milliseconds, which nobody expects: refused. */
    private static Optional<Duration> duration(String text) {
        if (text.equals("0")) {
            return Optional.of(Duration.ZERO);
        }
        return TIME.matcher(text).matches()
                ? asHocon(text, config -> config.getDuration("it"))
                : Optional.empty();
    }

    private static <T> Optional<T> asHocon(String text, Function<Config, T> read) {
        try {
            return Optional.of(read.apply(ConfigValueFactory.fromAnyRef(text).atKey("it")));
        } catch (ConfigException e) { // not one of HOCON's units, or beyond a long
            return Optional.empty();
        }
    }

    private static String inWords(Duration time) {
        if (time.toMillisPart() > 0) {
            return time.toMillis() + " ms";
        }
        long seconds = time.toSeconds();
        return seconds > 0 && seconds % 3600 == 0 ? seconds / 3600 + " h" : seconds + " s";
    }
}
