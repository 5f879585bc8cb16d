package io.godwit.transport;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where a listener listens. */
public sealed interface Endpoint {

    /**
     * A TCP port.
     *
     * @param bind a name or an address of this machine; {@code 0.0.0.0} or {@code ::} for all
     * @param port 0 (any free port) to 65,535
     */
    record Tcp(String bind, int port) implements Endpoint {

        /** Checks the range. */
        public Tcp {
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("no port is " + port);
            }
        }

        @Override
        public boolean isLoopback() {
            return bind.equals("localhost")
                    || bind.equals("::1")
                    || bind.matches("127(\\.\\d{1,3}){3}");
        }

        @Override
        public String toString() {
            return (bind.indexOf(':') < 0 ? bind : "[" + bind + "]") + ":" + port;
        }
    }

    /**
     * A Unix domain socket.
     *
     * @param path its file; some 100 bytes at most
     * @param mode the file's permissions, such as {@code rw-rw----}
     * @param owner the user that the file is given to, or null for the broker's own
     * @param group the group that the file is given to, or null for the broker's own
     */
    record Unix(Path path, String mode, @Nullable String owner, @Nullable String group)
            implements Endpoint {

        @Override
        public boolean isLoopback() {
            return true;
        }

        @Override
        public String toString() {
            return path.toString();
        }
    }

    /** Whether only this machine can reach it, as far as the address tells. */
    boolean isLoopback();
}
