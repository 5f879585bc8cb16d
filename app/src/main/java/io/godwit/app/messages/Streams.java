package io.godwit.app.messages;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import sun.misc.Signal;

/**
 * What a command has around it.
 *
 * @param out where messages go; not the system's {@code PrintStream}, which hides that nobody reads
 *     any more
 * @param stopping is given what to do when the process is told to stop
 * @param isTerminal whether {@code out} is a terminal, which others must not command
 */
public record Streams(
        InputStream in,
        OutputStream out,
        PrintStream err,
        Map<String, String> environment,
        Consumer<Runnable> stopping,
        boolean isTerminal) {

    /** Where the system says what the standard output is; Linux has it. */
    private static final Path STANDARD_OUTPUT = Path.of("/proc/self/fd/1");

    /** The process's own. */
    public static Streams ofTheProcess() {
        return new Streams(
                System.in,
                new FileOutputStream(FileDescriptor.out),
                System.err,
                System.getenv(),
                Streams::atTermAndInt,
                outIsTerminal());
    }

    /** What others wrote as {@code out} may have it: on a terminal it commands nothing. */
    public byte[] shown(byte[] utf8) {
        return isTerminal ? PlainText.of(utf8) : utf8;
    }

    /** Without a look at the console, which takes longer than a message to be published. */
    private static boolean outIsTerminal() {
        try {
            String device = Files.readSymbolicLink(STANDARD_OUTPUT).toString();
            return device.startsWith("/dev/") && !device.equals("/dev/null");
        } catch (IOException | UnsupportedOperationException elsewhere) {
            return WatchTable.isPossible();
        }
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
