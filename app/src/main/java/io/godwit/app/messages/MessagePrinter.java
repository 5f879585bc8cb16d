package io.godwit.app.messages;

import io.godwit.codec.Publish;
import io.godwit.codec.Utf8;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import org.jspecify.annotations.Nullable;

/**
 * Prints messages, each at once. On a terminal they command nothing: what would becomes ?. Safe
 * from every thread.
 */
final class MessagePrinter {

    private final OutputStream out;
    private final Streams streams;
    private final @Nullable MessageFormat format;
    private final boolean isVerbose;
    private final boolean hasLineEnds;

    /**
     * Prints messages.
     *
     * @param format null for payloads, after their topics if it is verbose
     */
    MessagePrinter(
            Streams streams,
            @Nullable MessageFormat format,
            boolean isVerbose,
            boolean hasLineEnds) {
        this.out = streams.out();
        this.streams = streams;
        this.format = format;
        this.isVerbose = isVerbose;
        this.hasLineEnds = hasLineEnds;
    }

    /**
     * Prints a message.
     *
     * @throws IOException if nobody reads any more
     */
    void print(Publish message) throws IOException {
        write(written(message));
    }

    /** A message as it is printed; nothing for an empty one whose topic is not shown. */
    byte[] written(Publish message) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        if (format != null) {
            formatted(message, format, text);
        } else if (message.payload().length > 0) {
            if (isVerbose) {
                text.writeBytes(shown(message.topic().bytes()));
                text.write(' ');
            }
            text.writeBytes(shown(message.payload()));
        } else if (isVerbose && hasLineEnds) {
            text.writeBytes(shown(message.topic().bytes()));
            text.writeBytes(" (null)".getBytes(StandardCharsets.UTF_8));
        } else {
            return new byte[0];
        }
        if (hasLineEnds) {
            text.write('\n');
        }
        return text.toByteArray();
    }

    private byte[] shown(byte[] bytes) {
        return streams.shown(bytes);
    }

    private void formatted(Publish message, MessageFormat chosen, ByteArrayOutputStream text)
            throws IOException {
        try {
            chosen.write(message, ZonedDateTime.now(ZoneId.systemDefault()), text);
        } catch (JsonLine.NoJson wrong) {
            streams.err()
                    .printf(
                            "Error: the payload on topic %s is no JSON: %s%n",
                            Utf8.printable(message.topic().toString()),
                            Utf8.printable(String.valueOf(wrong.getMessage())));
        }
    }

    /** A line of the command's own, among the messages. */
    void line(String text) throws IOException {
        String shown = streams.isTerminal() ? PlainText.of(text) : text;
        write((shown + '\n').getBytes(StandardCharsets.UTF_8));
    }

    /** Bytes in one piece. */
    synchronized void write(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }
}
