package io.godwit.app.messages;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a command publishes. */
final class PayloadOptions {

    /** Bytes of the largest packet, and more than a payload can have. */
    private static final int LARGEST = 268_435_455;

    private static final String TOO_LARGE = "is larger than MQTT allows, 268435455 bytes";

    /** Where the payload comes from. */
    private enum Source {
        NOWHERE,
        COMMAND_LINE,
        FILE,
        INPUT,
        INPUT_LINES
    }

    private Source source = Source.NOWHERE;
    private byte[] given = {};
    private @Nullable Path file;

    /**
     * Adds the flags.
     *
     * @param byLine whether the lines of the input may be messages of their own
     */
    void addTo(Flags flags, boolean byLine) {
        flags.text(
                "TEXT",
                value -> {
                    from(Source.COMMAND_LINE);
                    given = value.getBytes(StandardCharsets.UTF_8);
                },
                "The message.",
                "-m",
                "--message");
        flags.text(
                "FILE",
                value -> {
                    from(Source.FILE);
                    file = Path.of(value);
                },
                "The message is what a file holds.",
                "-f",
                "--file");
        flags.add(
                List.of(),
                _ -> from(Source.INPUT),
                "The message is the whole standard input.",
                "-s",
                "--stdin-file");
        flags.add(
                List.of(),
                _ -> from(Source.COMMAND_LINE),
                "The message is empty.",
                "-n",
                "--null-message");
        if (byLine) {
            flags.add(
                    List.of(),
                    _ -> from(Source.INPUT_LINES),
                    "Each line of the standard input is a message.",
                    "-l",
                    "--stdin-line");
        }
    }

    private void from(Source next) throws WrongUsage {
        if (source != Source.NOWHERE) {
            throw new WrongUsage("There is one kind of message at a time: -m, -f, -l, -n or -s");
        }
        source = next;
    }

    /** Whether there is anything to publish. */
    boolean areGiven() {
        return source != Source.NOWHERE;
    }

    /** Whether lines are messages. */
    boolean areLines() {
        return source == Source.INPUT_LINES;
    }

    /** The payload, where it is one. */
    byte[] bytes(InputStream in) throws IOException {
        return switch (source) {
            case FILE -> ofFile(file == null ? Path.of("") : file);
            case INPUT -> {
                byte[] bytes = in.readNBytes(LARGEST + 1);
                if (bytes.length > LARGEST) {
                    throw new IOException("the standard input " + TOO_LARGE);
                }
                yield bytes;
            }
            case NOWHERE, COMMAND_LINE, INPUT_LINES -> given;
        };
    }

    private static byte[] ofFile(Path file) throws IOException {
        try {
            if (Files.size(file) > LARGEST) {
                throw new IOException(file + " " + TOO_LARGE);
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException missing) {
            throw new IOException("there is no file " + file, missing);
        }
    }
}
