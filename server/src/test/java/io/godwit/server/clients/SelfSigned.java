package io.godwit.server.clients;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A certificate for this machine that is its own authority, made with the openssl command. */
final class SelfSigned {

    private SelfSigned() {}

    /** Makes one in a directory. */
    static void make(Path directory) throws Exception {
        Path output = directory.resolve("openssl.txt");
        Process process =
                new ProcessBuilder(
                                ("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1"
                                                + " -nodes -days 2 -subj /CN=localhost -addext"
                                                + " subjectAltName=DNS:localhost,IP:127.0.0.1"
                                                + " -keyout server.key -out server.pem")
                                        .split(" "))
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        if (!process.waitFor(30, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("openssl made no certificate:\n" + Files.readString(output));
        }
    }

    static Path certificate(Path directory) {
        return directory.resolve("server.pem");
    }

    static Path key(Path directory) {
        return directory.resolve("server.key");
    }
}
