package io.godwit.client.brokers;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;

/** Stands between a client and its broker, and cuts their connections. */
final class Relay implements AutoCloseable {

    private final ServerSocket listener;
    private final int to;
    private final Set<Socket> sockets = new HashSet<>();
    private final ArrayDeque<Long> cuts = new ArrayDeque<>();
    private long sinceLastCut;

    Relay(int to) throws IOException {
        this.to = to;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    String uri() {
        return "mqtt://127.0.0.1:" + listener.getLocalPort();
    }

    /** Cuts all connections now. */
    synchronized void cut() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        sockets.clear();
    }

    /**
     * Cuts all connections when so many bytes more have gone through, in either direction, then
     * again so many bytes after that, and so on; in place of what was planned before.
     */
    synchronized void cutAfter(long... more) {
        cuts.clear();
        for (long bytes : more) {
            cuts.add(bytes);
        }
        sinceLastCut = 0;
    }

    private synchronized boolean pass(int count) throws IOException {
        sinceLastCut += count;
        if (cuts.isEmpty() || sinceLastCut < cuts.peek()) {
            return true;
        }
        cuts.remove();
        sinceLastCut = 0;
        cut();
        return false;
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                try {
                    Socket broker = new Socket(InetAddress.getLoopbackAddress(), to);
                    client.setTcpNoDelay(true);
                    broker.setTcpNoDelay(true);
                    synchronized (this) {
                        sockets.add(client);
                        sockets.add(broker);
                    }
                    Thread.ofVirtual().start(() -> copy(client, broker));
                    Thread.ofVirtual().start(() -> copy(broker, client));
                } catch (IOException noBroker) {
                    client.close();
                }
            }
        } catch (IOException closed) {
            return;
        }
    }

    private void copy(Socket from, Socket into) {
        byte[] buffer = new byte[1024];
        try (from;
                into) {
            InputStream in = from.getInputStream();
            OutputStream out = into.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                if (!pass(read)) {
                    return;
                }
                out.write(buffer, 0, read);
            }
        } catch (IOException cut) {
            return;
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        cut();
    }
}
