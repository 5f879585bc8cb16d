package io.godwit.client.core;

import io.godwit.client.network.Link;
import io.godwit.client.network.NetworkSettings;
import io.godwit.client.network.ServerAddress;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;

/** Plain TCP. */
final class SocketLink implements Link {

    private final Socket socket;

    private SocketLink(Socket socket) {
        this.socket = socket;
    }

    static Link open(ServerAddress server, NetworkSettings settings) throws IOException {
        Socket socket = new Socket(server.host(), server.port());
        socket.setTcpNoDelay(true);
        return new SocketLink(socket);
    }

    @Override
    public int read(ByteBuffer in) throws IOException {
        int read =
                socket.getInputStream()
                        .read(in.array(), in.arrayOffset() + in.position(), in.remaining());
        in.position(in.position() + Math.max(read, 0));
        return read;
    }

    @Override
    public void write(ByteBuffer out) throws IOException {
        socket.getOutputStream()
                .write(out.array(), out.arrayOffset() + out.position(), out.remaining());
        out.position(out.limit());
    }

    @Override
    public String peer() {
        return socket.getRemoteSocketAddress().toString();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
