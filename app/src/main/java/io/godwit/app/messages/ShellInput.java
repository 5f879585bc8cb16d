package io.godwit.app.messages;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Where the shell gets its lines from, and where what it shows goes. */
interface ShellInput extends AutoCloseable {

    /** The next line, without its end; null behind the last one. */
    @Nullable String next() throws IOException;

    /** Takes what is shown, in pieces that end with a flush. */
    OutputStream out();

    /** Whether somebody sits there, for whom it goes on after a mistake. */
    boolean isInteractive();

    @Override
    void close() throws IOException;

    /** A pipe or a file. */
    static ShellInput of(Streams streams) {
        InputLines lines = new InputLines(streams.in());
        return new ShellInput() {
            @Override
            public @Nullable String next() throws IOException {
                byte[] line = lines.next();
                return line == null ? null : new String(line, StandardCharsets.UTF_8);
            }

            @Override
            public OutputStream out() {
                return streams.out();
            }

            @Override
            public boolean isInteractive() {
                return false;
            }

            @Override
            public void close() {}
        };
    }
}
