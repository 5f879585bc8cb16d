package io.godwit.server.clients;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.godwit.codec.ProtocolVersion;
import io.godwit.server.clients.ClientLibrary.Feature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Paho for C, its asynchronous interface: compiles the program that uses it, once. */
final class PahoC {

    private static @Nullable Path compiled;

    private PahoC() {}

    static ClientLibrary open(Access access) throws Exception {
        List<String> program = new ArrayList<>(List.of(compile().toString()));
        if (access.authority() != null) {
            program.add(access.authority().toString());
        }
        return new ProcessPerConnection(
                "Paho C",
                List.of(ProtocolVersion.values()),
                // It leaves the aliases of received topics to the application, and hides 0x10.
                EnumSet.complementOf(
                        EnumSet.of(Feature.RECEIVE_TOPIC_ALIAS, Feature.PUBLISH_REASON)),
                program);
    }

    private static synchronized Path compile() throws Exception {
        if (compiled != null) {
            return compiled;
        }
        Path program = Path.of("target/clients/paho_client").toAbsolutePath();
        Files.createDirectories(program.getParent());
        Path source = ProcessLibrary.script("c/paho_client.c");
        Process gcc;
        try {
            gcc =
                    new ProcessBuilder(
                                    "gcc",
                                    "-std=gnu11",
                                    "-Wall",
                                    "-Wextra",
                                    "-Werror",
                                    "-O1",
                                    "-o",
                                    program.toString(),
                                    source.toString(),
                                    "-lpaho-mqtt3as")
                            .redirectErrorStream(true)
                            .start();
        } catch (IOException e) {
            throw new IOException("gcc is missing. Run ./test at the top: it installs it.", e);
        }
        String said = new String(gcc.getInputStream().readAllBytes(), UTF_8);
        if (!gcc.waitFor(Inbox.PATIENCE_SECONDS, TimeUnit.SECONDS) || gcc.exitValue() != 0) {
            throw new IOException(
                    "gcc could not compile the program. If it is Paho's library that is missing, run"
                            + " ./test at the top: it installs it.\n"
                            + said);
        }
        compiled = program;
        return program;
    }
}
