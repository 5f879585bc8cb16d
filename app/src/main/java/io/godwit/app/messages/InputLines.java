package io.godwit.app.messages;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The lines of an input as they are, whatever their bytes. */
final class InputLines {

    /** Bytes of the longest one: more than a payload can have. */
    private static final int LONGEST = 268_435_455;

    private final InputStream in;

    InputLines(InputStream in) {
        this.in = new BufferedInputStream(in, 1 << 16);
    }

    /** The next line, without its end; null behind the last one. */
    byte @Nullable [] next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next = in.read();
        if (next < 0) {
            return null;
        }
        while (next >= 0 && next != '\n') {
            if (line.size() == LONGEST) {
                throw new IOException("a line is larger than MQTT allows, 268435455 bytes");
            }
            line.write(next);
            next = in.read();
        }
        return line.toByteArray();
    }
}
