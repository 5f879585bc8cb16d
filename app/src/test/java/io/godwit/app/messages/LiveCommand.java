package io.godwit.app.messages;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A command of Godwit's that runs in this process, and the lines that it says. */
final class LiveCommand {

    private static final long PATIENCE_SECONDS = 60;

    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final ByteArrayOutputStream errors = new ByteArrayOutputStream();
    private final CompletableFuture<Runnable> stop = new CompletableFuture<>();
    private final CompletableFuture<Integer> code = new CompletableFuture<>();

    /** Whoever reads the lines may go away. */
    volatile boolean isUnread;

    LiveCommand(String command, String... words) {
        this(command, InputStream.nullInputStream(), words);
    }

    LiveCommand(String command, InputStream in, String... words) {
        Streams streams =
                new Streams(
                        in,
                        new Lines(),
                        new PrintStream(errors, true, UTF_8),
                        Map.of(),
                        stop::complete,
                        false);
        Thread.ofPlatform()
                .daemon()
                .start(() -> {
                    try {
                        code.complete(ClientCommand.of(command, streams).run(List.of(words)));
                    } catch (RuntimeException failure) {
                        code.completeExceptionally(failure);
                    }
                });
    }

    /** An input that has what is typed, and never ends. */
    static InputStream input(BlockingQueue<String> typed) {
        return new InputStream() {
            private byte[] line = {};
            private int at;

            @Override
            public int read() throws IOException {
                try {
                    while (at == line.length) {
                        line = typed.take().getBytes(UTF_8);
                        at = 0;
                    }
                    return line[at++] & 0xFF;
                } catch (InterruptedException over) {
                    throw new IOException(over);
                }
            }

            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                bytes[offset] = (byte) read();
                return 1;
            }
        };
    }

    private final class Lines extends OutputStream {
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        @Override
        public void write(int next) throws IOException {
            if (isUnread) {
                throw new IOException("Broken pipe");
            }
            if (next == '\n') {
                lines.add(line.toString(UTF_8));
                line.reset();
            } else {
                line.write(next);
            }
        }
    }

    /** Waits for a line with this in it; returns all lines up to it. */
    List<String> until(String part) throws InterruptedException {
        List<String> said = new ArrayList<>();
        while (true) {
            String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError("It did not say '" + part + "', but: " + said + errors());
            }
            said.add(line);
            if (line.contains(part)) {
                return said;
            }
        }
    }

    /** What TERM does. */
    void term() throws Exception {
        stop.get(PATIENCE_SECONDS, TimeUnit.SECONDS).run();
    }

    int exitCode() throws Exception {
        return code.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    String errors() {
        return errors.toString(UTF_8);
    }
}
