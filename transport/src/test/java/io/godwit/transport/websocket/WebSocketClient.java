package io.godwit.transport.websocket;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A WebSocket client on a blocking socket that does as it is told, also what is not allowed.
 * Written from RFC 6455, with nothing of what it tests.
 */
public final class WebSocketClient implements AutoCloseable {

    public static final int CONTINUATION = 0;
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;

    /** A frame that came from the server. */
    public record Frame(boolean isFinal, int opcode, byte[] payload) {

        /** The code of a Close frame. */
        public int closeCode() {
            return ByteBuffer.wrap(payload).getShort() & 0xFFFF;
        }
    }

    /** What the server answers to a request. */
    public record Response(int status, List<String> headers, String body) {

        /** The value of a header, or an empty text. */
        public String header(String name) {
            return headers.stream()
                    .filter(line -> line.toLowerCase().startsWith(name.toLowerCase() + ":"))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst()
                    .orElse("");
        }
    }

    private static final int ANSWER_WITHIN_MILLIS = 20_000;

    private final Closeable socket;
    private final DataInputStream in;
    private final OutputStream out;

    /** A client on a socket of its own. */
    public WebSocketClient(InetSocketAddress address) throws IOException {
        this(new Socket(address.getAddress(), address.getPort()));
    }

    /** A client on a socket that is connected. */
    public WebSocketClient(Socket socket) throws IOException {
        this(socket, socket.getInputStream(), socket.getOutputStream());
        socket.setSoTimeout(ANSWER_WITHIN_MILLIS);
        socket.setTcpNoDelay(true);
    }

    /** A client on something else that carries bytes. */
    public WebSocketClient(Closeable socket, InputStream in, OutputStream out) {
        this.socket = socket;
        this.in = new DataInputStream(in);
        this.out = out;
    }

    /** The headers of a request that is in order, but for the subprotocol. */
    public static List<String> headers() {
        return new ArrayList<>(
                List.of(
                        "Host: localhost",
                        "Upgrade: websocket",
                        "Connection: Upgrade",
                        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                        "Sec-WebSocket-Version: 13"));
    }

    /** Opens the WebSocket as every client does. */
    public WebSocketClient open() throws IOException {
        List<String> headers = headers();
        headers.add("Sec-WebSocket-Protocol: mqtt");
        Response response = ask("GET /mqtt HTTP/1.1", headers);
        if (response.status() != 101) {
            throw new IOException("refused: " + response);
        }
        return this;
    }

    /** Sends a request and reads the answer. */
    public Response ask(String line, List<String> headers) throws IOException {
        request(line, headers);
        return response();
    }

    /** Sends a request. */
    public void request(String line, List<String> headers) throws IOException {
        StringBuilder request = new StringBuilder(line).append("\r\n");
        headers.forEach(header -> request.append(header).append("\r\n"));
        send(request.append("\r\n").toString().getBytes(ISO_8859_1));
    }

    /** Reads an answer. */
    public Response response() throws IOException {
        String status = line();
        List<String> headers = new ArrayList<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            headers.add(line);
        }
        Response head = new Response(Integer.parseInt(status.split(" ")[1]), headers, "");
        String length = head.header("Content-Length");
        byte[] body = length.isEmpty() ? new byte[0] : in.readNBytes(Integer.parseInt(length));
        return new Response(head.status(), headers, new String(body, ISO_8859_1));
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int next;
        while ((next = in.readByte()) != '\n') {
            if (next != '\r') {
                line.write(next);
            }
        }
        return line.toString(ISO_8859_1);
    }

    /** Sends bytes as they are. */
    public WebSocketClient send(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
        return this;
    }

    /** Sends a whole message. */
    public WebSocketClient send(int opcode, byte[] payload) throws IOException {
        return send(frame(true, opcode, payload));
    }

    /** A frame as a client writes it. */
    public static byte[] frame(boolean isFinal, int opcode, byte[] payload) {
        int lengthBytes = payload.length < 126 ? 0 : payload.length < 65_536 ? 2 : 8;
        return frame(isFinal, opcode, payload, lengthBytes);
    }

    /** A frame with its length in so many bytes behind the second: 0, 2 or 8. */
    public static byte[] frame(boolean isFinal, int opcode, byte[] payload, int lengthBytes) {
        ByteBuffer frame = ByteBuffer.allocate(14 + payload.length);
        frame.put((byte) ((isFinal ? 0x80 : 0) | opcode));
        switch (lengthBytes) {
            case 0 -> frame.put((byte) (0x80 | payload.length));
            case 2 -> frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
            default -> frame.put((byte) (0x80 | 127)).putLong(payload.length);
        }
        int mask = RandomGenerator.getDefault().nextInt();
        frame.putInt(mask);
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ mask >>> 24 - 8 * (i % 4)));
        }
        byte[] bytes = new byte[frame.position()];
        frame.flip().get(bytes);
        return bytes;
    }

    /** Reads a frame; they have no mask and no reserved bit. */
    public Frame read() throws IOException {
        int first = in.readUnsignedByte();
        int second = in.readUnsignedByte();
        if ((first & 0x70) != 0 || (second & 0x80) != 0) {
            throw new IOException("no frame of a server: %x %x".formatted(first, second));
        }
        long length =
                switch (second) {
                    case 126 -> in.readUnsignedShort();
                    case 127 -> in.readLong();
                    default -> second;
                };
        byte[] payload = new byte[Math.toIntExact(length)];
        in.readFully(payload);
        return new Frame((first & 0x80) != 0, first & 0xF, payload);
    }

    /** Whether something came that was not read yet. */
    public boolean isAnswered() throws IOException {
        return in.available() > 0;
    }

    /** Whether the server ends the connection, with nothing more before it. */
    public boolean isEnded() throws IOException {
        try {
            return in.read() < 0;
        } catch (EOFException ended) {
            return true;
        }
    }

    /** What data frames carry, as one stream; it ends with a Close frame. */
    public InputStream stream() {
        return new InputStream() {
            private ByteBuffer frame = ByteBuffer.allocate(0);

            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] to, int offset, int most) throws IOException {
                while (most > 0 && !frame.hasRemaining()) {
                    Frame next = WebSocketClient.this.read();
                    if (next.opcode() == CLOSE) {
                        return -1;
                    }
                    if (next.opcode() == BINARY) {
                        frame = ByteBuffer.wrap(next.payload());
                    }
                }
                int count = Math.min(most, frame.remaining());
                frame.get(to, offset, count);
                return count;
            }
        };
    }

    /** Ends what it sends, and goes on reading. */
    public void endOutput() throws IOException {
        ((Socket) socket).shutdownOutput();
    }

    /** Closes the socket, without a Close frame. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
