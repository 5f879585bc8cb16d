package io.godwit.server.configuration;

/**
 * A TCP port that takes MQTT connections; configured under {@code listeners.<name>}.
 *
 * @param name what the configuration calls it; unique
 * @param bind the host name or address that it binds to
 * @param port 0 (any free port) to 65,535, default 1883
 */
public record TcpListener(String name, String bind, int port) {

    /** Whether only this machine can reach it, as far as {@code bind} tells. */
    public boolean isLoopback() {
        return bind.equals("localhost")
                || bind.equals("::1")
                || bind.matches("127(\\.\\d{1,3}){3}");
    }
}
