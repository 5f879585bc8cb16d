package io.godwit.transport;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.unix.Socket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where systemd hears of a service of {@code Type=notify} how it is (sd_notify(3)). What can't be
 * told is logged, and nothing else comes of it. Safe for every thread.
 */
public final class SystemdSocket {

    private static final Logger LOG = LoggerFactory.getLogger(SystemdSocket.class);

    private final byte[] path;

    private SystemdSocket(byte[] path) {
        this.path = path;
    }

    /**
     * The socket that systemd has named.
     *
     * @param environment of this process, with {@code NOTIFY_SOCKET}
     * @return empty if nobody listens, or the system has no such sockets
     */
    public static Optional<SystemdSocket> of(Map<String, String> environment) {
        String name = environment.getOrDefault("NOTIFY_SOCKET", "");
        boolean isAbstract = name.startsWith("@");
        if (!(isAbstract || name.startsWith("/")) || !Epoll.isAvailable()) {
            return Optional.empty();
        }
        byte[] path = name.getBytes(StandardCharsets.UTF_8);
        if (isAbstract) {
            path[0] = 0;
        }
        return Optional.of(new SystemdSocket(path));
    }

    /** The service is ready, and has started or has been reloaded. */
    public void ready(String status) {
        say("READY=1\nSTATUS=" + status);
    }

    /** The service ends. */
    public void stopping(String status) {
        say("STOPPING=1\nSTATUS=" + status);
    }

    private void say(String assignments) {
        byte[] text = assignments.getBytes(StandardCharsets.UTF_8);
        ByteBuffer datagram = ByteBuffer.allocateDirect(text.length).put(text).flip();
        try {
            Socket socket = Socket.newSocketDomainDgram();
            try {
                socket.sendToDomainSocket(datagram, 0, text.length, path);
            } finally {
                socket.close();
            }
        } catch (IOException failure) {
            LOG.warn("systemd could not be told {}: {}", assignments, failure.getMessage());
        }
    }
}
