package io.godwit.admin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** A client that sends what it is told to, byte for byte, and takes responses apart by hand. */
final class RawClient implements AutoCloseable {

    private static final Pattern LENGTH = Pattern.compile("Content-Length: (\\d+)\r\n");

    private final SocketChannel channel;
    private final StringBuilder received = new StringBuilder();

    /** A response: its head (all lines to the empty one) and its body. */
    record Answer(String head, String body) {
        int status() {
            return Integer.parseInt(head.split(" ", -1)[1]);
        }
    }

    private RawClient(SocketChannel channel) {
        this.channel = channel;
    }

    static RawClient connect(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channel.connect(UnixDomainSocketAddress.of(socket));
        return new RawClient(channel);
    }

    /** From an address of this machine. */
    static RawClient connect(String from, InetSocketAddress address) throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.bind(new InetSocketAddress(from, 0));
        channel.connect(address);
        return new RawClient(channel);
    }

    static RawClient connect(InetSocketAddress address) throws IOException {
        return new RawClient(SocketChannel.open(address));
    }

    /** A request with these lines as its headers; a line for Host is among them. */
    Answer ask(String method, String path, String body, String... headers) throws IOException {
        StringBuilder text = new StringBuilder(method + " " + path + " HTTP/1.1\r\n");
        for (String header : headers) {
            text.append(header).append("\r\n");
        }
        text.append("Content-Length: ").append(body.length()).append("\r\n\r\n").append(body);
        return send(text.toString()).answer();
    }

    RawClient send(String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(ISO_8859_1));
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        return this;
    }

    RawClient get(String path) throws IOException {
        return send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
    }

    RawClient post(String path, String body) throws IOException {
        return send(
                "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                        .formatted(path, body.length(), body));
    }

    /** Reads until the server closes. */
    void readToTheEnd() throws IOException {
        try {
            while (true) {
                received.setLength(0);
                receive();
            }
        } catch (EOFException | SocketException closed) { // one or the other
            received.setLength(0);
        }
    }

    Answer answer() throws IOException {
        String head = head();
        var length = LENGTH.matcher(head);
        int total = length.find() ? Integer.parseInt(length.group(1)) : 0;
        while (received.length() < total) {
            receive();
        }
        String body = received.substring(0, total);
        received.delete(0, total);
        return new Answer(head, body);
    }

    /** The head of a response; its body, if it has one, is left to be received. */
    String head() throws IOException {
        int end = received.indexOf("\r\n\r\n");
        while (end < 0) {
            receive();
            end = received.indexOf("\r\n\r\n");
        }
        String head = received.substring(0, end + 4);
        received.delete(0, head.length());
        return head;
    }

    /** Waits for the server to close; false if it says something instead. */
    boolean isClosed() throws IOException {
        try {
            receive();
            return false;
        } catch (EOFException closed) {
            return received.isEmpty();
        }
    }

    private void receive() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(8_192);
        if (channel.read(bytes) < 0) {
            throw new EOFException("closed after: " + received);
        }
        received.append(new String(bytes.array(), 0, bytes.position(), ISO_8859_1));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
