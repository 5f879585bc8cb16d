package io.godwit.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A port in front of a server that passes on every byte in a segment of its own. */
final class Dribble implements AutoCloseable {

    private final ServerSocket port;
    private final InetSocketAddress server;

    Dribble(InetSocketAddress server) throws IOException {
        this.server = server;
        this.port = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::serve);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) port.getLocalSocketAddress();
    }

    private void serve() {
        try (Socket client = port.accept();
                Socket there = new Socket(server.getAddress(), server.getPort())) {
            there.setTcpNoDelay(true);
            client.setTcpNoDelay(true);
            Thread answers = Thread.ofVirtual().start(() -> pass(there, client));
            pass(client, there);
            answers.join();
        } catch (IOException | InterruptedException closed) {
            // the test is over
        }
    }

    private static void pass(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int each = in.read(); each >= 0; each = in.read()) {
                out.write(each);
            }
            to.shutdownOutput();
        } catch (IOException closed) {
            // the test is over
        }
    }

    @Override
    public void close() throws IOException {
        port.close();
    }
}
