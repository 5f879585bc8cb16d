package io.godwit.client.network;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of a WebSocket (RFC 6455) whose binary messages are a stream of bytes: neither
 * frames nor messages have anything to do with packets [v5 MQTT-6.0.0-2]. Payloads are handed on as
 * they come, so that no frame is too long and none is kept.
 */
final class WebSocketLink implements Link {

    private static final SecureRandom RANDOM = new SecureRandom();

    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    private static final int NORMAL = 1000;
    private static final int GOING_AWAY = 1001;
    private static final int PROTOCOL_ERROR = 1002;
    private static final int UNSUPPORTED = 1003;
    private static final int NO_CODE = 1005;

    /** A frame that is sent is one record of TLS at most. */
    private static final int FRAME = 16 * 1024;

    private static final int LONGEST_HEADER = 8;

    private final Link below;
    private final WriteTurn turn;
    private final AtomicBoolean closed = new AtomicBoolean();

    // the reader's
    private final ByteBuffer received; // ready to be read from
    private long left; // of the payload of a binary frame
    private boolean isFragmented;
    private boolean hasEnded;

    // what the reader owes the server
    private final AtomicReference<@Nullable ByteBuffer> pong = new AtomicReference<>();
    private volatile int closeCode;

    // the writer's
    private final ByteBuffer frame = ByteBuffer.allocate(FRAME);
    private boolean closeIsSent;

    /** Over a link, with what was received behind the server's answer. */
    WebSocketLink(Link below, ByteBuffer received, NetworkThreads threads) {
        this.below = below;
        this.received = received;
        this.turn = new WriteTurn(below, threads);
    }

    @Override
    public int read(ByteBuffer in) throws IOException {
        while (!hasEnded) {
            if (left > 0) {
                int count = payload(in);
                if (count > 0) {
                    left -= count;
                    return count;
                }
                hasEnded = true; // within a frame
            } else if (awaits(2)) {
                header(received.get() & 0xFF, received.get() & 0xFF);
            } else {
                hasEnded = true;
            }
        }
        return -1;
    }

    private int payload(ByteBuffer in) throws IOException {
        int most = (int) Math.min(left, in.remaining());
        if (received.hasRemaining()) {
            int count = Math.min(most, received.remaining());
            in.put(in.position(), received, received.position(), count);
            in.position(in.position() + count);
            received.position(received.position() + count);
            return count;
        }
        int limit = in.limit();
        in.limit(in.position() + most);
        try {
            return below.read(in);
        } finally {
            in.limit(limit);
        }
    }

    /** Reads on until so many bytes are there; false if the server closes before. */
    private boolean awaits(int bytes) throws IOException {
        while (received.remaining() < bytes) {
            received.compact();
            try {
                if (below.read(received) < 0) {
                    return false;
                }
            } finally {
                received.flip();
            }
        }
        return true;
    }

    private void header(int first, int second) throws IOException {
        int opcode = first & 0x0F;
        boolean isFinal = (first & 0x80) != 0;
        if ((first & 0x70) != 0) {
            throw refused(PROTOCOL_ERROR, "sets bits that no extension has given a meaning");
        }
        if ((second & 0x80) != 0) {
            throw refused(PROTOCOL_ERROR, "masks a frame");
        }
        if (opcode >= CLOSE) {
            if (!isFinal || second > 125) {
                throw refused(PROTOCOL_ERROR, "sends a control frame that is too long");
            }
            if (awaits(second)) {
                control(opcode, second);
            } else {
                hasEnded = true;
            }
            return;
        }
        switch (opcode) {
            case BINARY, CONTINUATION -> {
                if (isFragmented != (opcode == CONTINUATION)) {
                    throw refused(PROTOCOL_ERROR, "mixes up the fragments of its messages");
                }
                isFragmented = !isFinal;
                left = length(second);
            }
            // [v5 MQTT-6.0.0-1], [v3 MQTT-6.0.0-1]
            case TEXT -> throw refused(UNSUPPORTED, "sends text, which MQTT does not have");
            default -> throw refused(PROTOCOL_ERROR, "sends a frame with opcode " + opcode);
        }
    }

    private long length(int second) throws IOException {
        if (second < 126) {
            return second;
        }
        if (!awaits(second == 126 ? 2 : 8)) {
            hasEnded = true;
            return 0;
        }
        long length = second == 126 ? received.getShort() & 0xFFFF : received.getLong();
        if (length < 0) {
            throw refused(PROTOCOL_ERROR, "sends a frame of impossible length");
        }
        return length;
    }

    private void control(int opcode, int length) throws IOException {
        byte[] payload = new byte[length];
        received.get(payload);
        switch (opcode) {
            case PING -> { // only the last of several needs an answer (RFC 6455 §5.5.3)
                pong.set(ByteBuffer.wrap(payload));
                turn.owe(this::sendWhatIsOwed);
            }
            case PONG -> {} // to a Ping that nobody has sent
            case CLOSE -> closedByServer(payload);
            default -> throw refused(PROTOCOL_ERROR, "sends a frame with opcode " + opcode);
        }
    }

    private void closedByServer(byte[] payload) throws IOException {
        hasEnded = true;
        if (payload.length == 1) {
            throw refused(PROTOCOL_ERROR, "closes with half a status code");
        }
        int code = payload.length == 0 ? NO_CODE : ByteBuffer.wrap(payload).getShort() & 0xFFFF;
        closeCode = code == NO_CODE ? NORMAL : code;
        turn.owe(this::sendWhatIsOwed);
        if (code != NORMAL && code != GOING_AWAY && code != NO_CODE) {
            String reason = new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
            throw new IOException(
                    "%s closed the WebSocket: %s"
                            .formatted(peer(), HttpHead.printable((code + " " + reason).strip())));
        }
    }

    /** Closes because of what the server has done, and says so. */
    private IOException refused(int code, String what) {
        hasEnded = true;
        if (closed.compareAndSet(false, true)) {
            turn.lastly(() -> sendClose(code));
            below.close();
        }
        return new IOException(peer() + " " + what + ", so the WebSocket was closed");
    }

    @Override
    public void write(ByteBuffer out) throws IOException {
        turn.write(() -> {
            while (out.hasRemaining()) {
                if (closeIsSent) {
                    throw new IOException("the WebSocket to " + peer() + " is closed");
                }
                int count = Math.min(out.remaining(), FRAME - LONGEST_HEADER);
                send(BINARY, out.slice(out.position(), count));
                out.position(out.position() + count);
            }
        });
    }

    /** Writes a frame; it is the caller's turn. */
    private void send(int opcode, ByteBuffer payload) throws IOException {
        int length = payload.remaining();
        int key = RANDOM.nextInt(); // a fresh one for each frame (RFC 6455 §5.3)
        frame.clear().put((byte) (0x80 | opcode));
        if (length < 126) {
            frame.put((byte) (0x80 | length));
        } else {
            frame.put((byte) (0x80 | 126)).putShort((short) length);
        }
        frame.putInt(key);
        long twice = (long) key << 32 | key & 0xFFFF_FFFFL;
        while (payload.remaining() >= Long.BYTES) {
            frame.putLong(payload.getLong() ^ twice);
        }
        for (int shift = 24; payload.hasRemaining(); shift -= 8) {
            frame.put((byte) (payload.get() ^ key >>> (shift & 31)));
        }
        below.write(frame.flip());
    }

    private void sendWhatIsOwed() throws IOException {
        ByteBuffer owed = pong.getAndSet(null);
        if (owed != null && !closeIsSent) {
            send(PONG, owed);
        }
        if (closeCode != 0) {
            sendClose(closeCode);
        }
    }

    private void sendClose(int code) throws IOException {
        if (!closeIsSent) {
            closeIsSent = true;
            send(CLOSE, ByteBuffer.allocate(2).putShort((short) code).flip());
        }
    }

    @Override
    public @Nullable SSLSession session() {
        return below.session();
    }

    @Override
    public String peer() {
        return below.peer();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            turn.lastly(() -> sendClose(NORMAL));
            below.close();
        }
    }
}
