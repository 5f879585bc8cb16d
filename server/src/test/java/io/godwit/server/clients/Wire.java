package io.godwit.server.clients;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** A wire between one client and the broker that a test can cut: no client can say goodbye then. */
final class Wire implements AutoCloseable {

    private final String host;
    private final int brokerPort;
    private final ServerSocket listener;
    private final List<Socket> ends = new ArrayList<>();
    private boolean cut;

    Wire(String host, int brokerPort) throws IOException {
        this.host = host;
        this.brokerPort = brokerPort;
        this.listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::join);
    }

    /** Where the client connects to, on the loopback interface. */
    int port() {
        return listener.getLocalPort();
    }

    /** Closes both connections, the broker's first: Paho C says DISCONNECT when its own ends. */
    void cut() throws IOException {
        synchronized (this) {
            cut = true;
            for (Socket end : ends.reversed()) {
                end.close();
            }
        }
        listener.close();
    }

    @Override
    public void close() throws IOException {
        cut();
    }

    private void join() {
        try {
            Socket client = own(listener.accept());
            Socket broker = own(new Socket(host, brokerPort));
            Thread.ofVirtual().start(() -> carry(client, broker));
            carry(broker, client);
        } catch (IOException e) {
            closeBoth(); // cut before anyone came
        }
    }

    private synchronized Socket own(Socket end) throws IOException {
        if (cut) {
            end.close();
        }
        ends.add(end);
        return end;
    }

    private void carry(Socket from, Socket to) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
        } catch (IOException e) {
            closeBoth(); // an end is gone: the other one follows
        }
    }

    private void closeBoth() {
        try {
            cut();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
