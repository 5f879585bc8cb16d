package io.godwit.admin.http;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads requests from a connection, one after the other. Strict where RFC 9112 lets it be: a
 * request that two readers could understand differently is refused. For one thread.
 */
final class RequestReader {

    private static final int BUFFER = 4_096;

    private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
    private static final Pattern REQUEST_LINE =
            Pattern.compile("(" + TOKEN + ") (/[\\x21-\\x7e]*) HTTP/(\\d\\.\\d)");
    private static final Pattern HEADER =
            Pattern.compile("(" + TOKEN + "):[ \\t]*([\\x20-\\x7e\\x80-\\xff\\t]*?)[ \\t]*");
    private static final Pattern LENGTH = Pattern.compile("\\d{1,18}");

    private final ReadableByteChannel channel;
    private final HttpLimits limits;
    private final Semaphore bodies;
    private final Caller caller;
    private final ByteBuffer buffer = ByteBuffer.allocate(BUFFER).flip();

    /**
     * A reader.
     *
     * @param bodies has a permit for each byte of a body; those of one that was read are for
     *     whoever takes the request to give back
     * @param caller who sends the requests
     */
    RequestReader(ReadableByteChannel channel, HttpLimits limits, Semaphore bodies, Caller caller) {
        this.channel = channel;
        this.limits = limits;
        this.bodies = bodies;
        this.caller = caller;
    }

    /** Waits for the first byte of the next request; false if the client has closed instead. */
    boolean await() throws IOException {
        return buffer.hasRemaining() || fill();
    }

    /**
     * Reads a request to its end.
     *
     * @throws BadRequest if it is malformed or too large; what follows can't be read then
     * @throws IOException if the connection ends in it
     */
    Request read() throws IOException, BadRequest {
        String line = line(limits.requestLine(), 414, "the request line");
        Matcher parts = REQUEST_LINE.matcher(line);
        if (!parts.matches()) {
            throw new BadRequest(
                    400, "the first line is not in the form of: GET /api/v1/version HTTP/1.1");
        }
        if (!parts.group(3).equals("1.1")) {
            throw new BadRequest(505, "only HTTP/1.1 is spoken here");
        }
        Map<String, String> headers = headers();
        if (!headers.containsKey("host")) {
            throw new BadRequest(400, "the header Host is missing");
        }
        if (headers.containsKey("expect")) {
            throw new BadRequest(417, "the header Expect is not supported; leave it out");
        }
        String[] target = parts.group(2).split("\\?", 2);
        return new Request(
                parts.group(1),
                target[0],
                target.length == 2 ? target[1] : "",
                headers,
                body(headers),
                caller);
    }

    private Map<String, String> headers() throws IOException, BadRequest {
        Map<String, String> headers = new HashMap<>();
        int left = limits.headerBytes();
        int count = 0;
        while (true) {
            String line = line(left, 431, "the headers together");
            if (line.isEmpty()) {
                return headers;
            }
            left -= line.length();
            count++;
            if (count > limits.headers()) {
                throw new BadRequest(431, "more than " + limits.headers() + " headers");
            }
            Matcher parts = HEADER.matcher(line);
            if (!parts.matches()) {
                throw new BadRequest(400, "a header is not in the form of: Name: value");
            }
            String name = parts.group(1).toLowerCase(Locale.ROOT);
            String other = headers.putIfAbsent(name, parts.group(2));
            if (other != null) {
                if (name.equals("host") || name.equals("content-length")) {
                    throw new BadRequest(400, "the header " + name + " is there twice");
                }
                headers.put(name, other + ", " + parts.group(2));
            }
        }
    }

    private byte[] body(Map<String, String> headers) throws IOException, BadRequest {
        if (headers.containsKey("transfer-encoding")) {
            throw new BadRequest(
                    411, "a body needs the header Content-Length; Transfer-Encoding is not taken");
        }
        String length = headers.getOrDefault("content-length", "0");
        if (!LENGTH.matcher(length).matches()) {
            throw new BadRequest(400, "the header Content-Length is no number of bytes");
        }
        if (Long.parseLong(length) > limits.body()) {
            throw new BadRequest(413, "the body is larger than " + limits.body() + " bytes");
        }
        int size = Integer.parseInt(length);
        if (!bodies.tryAcquire(size)) {
            throw new BadRequest(503, "too many bodies are on their way at once; try again later");
        }
        byte[] body = new byte[size];
        boolean isComplete = false;
        try {
            fill(body);
            isComplete = true;
        } finally {
            if (!isComplete) {
                bodies.release(size);
            }
        }
        return body;
    }

    private void fill(byte[] body) throws IOException {
        int read = 0;
        while (read < body.length) {
            need();
            int part = Math.min(buffer.remaining(), body.length - read);
            buffer.get(body, read, part);
            read += part;
        }
    }

    /** A line without its CRLF, each byte a character. */
    private String line(int most, int status, String what) throws IOException, BadRequest {
        StringBuilder line = new StringBuilder();
        while (true) {
            byte next = next();
            if (next == '\r') {
                if (next() != '\n') {
                    throw new BadRequest(400, "a carriage return stands alone");
                }
                return line.toString();
            }
            if (next == '\n') {
                throw new BadRequest(400, "a line ends without a carriage return");
            }
            if (line.length() == most) {
                throw new BadRequest(status, what + " may have " + most + " bytes");
            }
            line.append((char) (next & 0xff));
        }
    }

    private byte next() throws IOException {
        need();
        return buffer.get();
    }

    private void need() throws IOException {
        if (!buffer.hasRemaining() && !fill()) {
            throw new EOFException("the connection ended in a request");
        }
    }

    private boolean fill() throws IOException {
        buffer.clear();
        try {
            return channel.read(buffer) >= 0;
        } finally {
            buffer.flip();
        }
    }
}
