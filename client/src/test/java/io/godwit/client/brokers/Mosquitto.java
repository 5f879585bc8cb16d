package io.godwit.client.brokers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where Debian's mosquitto is. */
final class Mosquitto {

    private Mosquitto() {}

    static String executable() throws IOException {
        for (String folder : new String[] {"/usr/sbin", "/usr/bin", "/usr/local/sbin"}) {
            Path file = Path.of(folder, "mosquitto");
            if (Files.isExecutable(file)) {
                return file.toString();
            }
        }
        throw new IOException("mosquitto is not installed: ./test does it where it can");
    }
}
