package io.godwit.transport;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Speaks to a {@link FrameConnection} from a blocking socket. */
final class FrameClient implements AutoCloseable {

    private static final int ANSWER_WITHIN_MILLIS = 20_000;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    FrameClient(InetSocketAddress address) throws IOException {
        this(address, 0);
    }

    /**
     * A client.
     *
     * @param receiveBuffer bytes that its system takes without its reading; 0 for the usual
     */
    FrameClient(InetSocketAddress address, int receiveBuffer) throws IOException {
        this(connected(address, receiveBuffer));
    }

    /** A client on a socket that is connected. */
    FrameClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(ANSWER_WITHIN_MILLIS);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
    }

    static Socket connected(InetSocketAddress address, int receiveBuffer) throws IOException {
        Socket socket = new Socket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.setTcpNoDelay(true);
        socket.connect(address);
        return socket;
    }

    static byte[] frame(byte command, byte... body) {
        return ByteBuffer.allocate(5 + body.length)
                .putInt(1 + body.length)
                .put(command)
                .put(body)
                .array();
    }

    static byte[] connect(int shard) {
        return frame(FrameConnection.CONNECT, (byte) shard);
    }

    static byte[] echo(String text) {
        return frame(FrameConnection.ECHO, text.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] ask(byte command, int bytes) {
        return frame(command, ByteBuffer.allocate(4).putInt(bytes).array());
    }

    static byte[] join(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer joined = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            joined.put(part);
        }
        return joined.array();
    }

    FrameClient send(byte[]... frames) throws IOException {
        out.write(join(frames));
        return this;
    }

    FrameClient sendByteByByte(byte[] bytes) throws IOException {
        for (byte each : bytes) {
            out.write(each);
        }
        return this;
    }

    byte[] readBytes() throws IOException {
        byte[] body = new byte[in.readInt()];
        in.readFully(body);
        return body;
    }

    String readText() throws IOException {
        return new String(readBytes(), StandardCharsets.UTF_8);
    }

    /** Reads one byte, or -1 at the end. */
    int read() throws IOException {
        return in.read();
    }

    int port() {
        return socket.getLocalPort();
    }

    /** Ends what it sends, and goes on reading. */
    FrameClient endOutput() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Closes with a reset instead of an orderly end. */
    void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
