package io.godwit.app.messages;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;
import sun.misc.Signal;

/**
 * What a command has around it.
 *
 * @param out where messages go; not the system's {@code PrintStream}, which hides that nobody reads
 *     any more
 * @param stopping is given what to do when the process is told to stop
 */
public record Streams(
        InputStream in,
        OutputStream out,
        PrintStream err,
        Map<String, String> environment,
        Consumer<Runnable> stopping) {

    /** The process's own. */
    public static Streams ofTheProcess() {
        return new Streams(
                System.in,
                new FileOutputStream(FileDescriptor.out),
                System.err,
                System.getenv(),
                Streams::atTermAndInt);
    }

    /** Nobody's. */
    static Streams ofNobody() {
        OutputStream nowhere = OutputStream.nullOutputStream();
        return new Streams(
                InputStream.nullInputStream(),
                nowhere,
                new PrintStream(nowhere, true, StandardCharsets.UTF_8),
                Map.of(),
                _ -> {});
    }

    private static void atTermAndInt(Runnable stop) {
        for (String name : new String[] {"TERM", "INT"}) {
            try {
                Signal.handle(new Signal(name), _ -> stop.run());
            } catch (IllegalArgumentException none) {
                // a system without it, or -Xrs: the process ends without DISCONNECT
            }
        }
    }
}
