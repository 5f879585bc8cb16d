package io.godwit.junit;

import io.godwit.codec.PacketDecoder;
import io.godwit.codec.PacketType;
import io.godwit.junit.Fault.Verdict;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Carries the packets of one direction from a socket to another, but for those that a fault is
 * about. Packets of any size pass through a buffer of one size: all but CONNECT and CONNACK are
 * judged by their type when they begin. On one thread.
 */
final class PacketPump implements Runnable {

    private static final int BUFFER = 64 << 10;

    /** Bytes of the longest fixed header (§2.1.1). */
    private static final int LONGEST_HEADER = 5;

    private final ProxyConnection connection;
    private final Faults faults;
    private final Direction direction;
    private final Socket from;
    private final Socket to;
    private final byte[] buffer = new byte[BUFFER];

    /** Bytes of the packet that is under way which are still to come, and what becomes of them. */
    private long left;

    private Verdict verdict = Verdict.PASS;
    private boolean isIntroduced;

    PacketPump(
            ProxyConnection connection,
            Faults faults,
            Direction direction,
            Socket from,
            Socket to) {
        this.connection = connection;
        this.faults = faults;
        this.direction = direction;
        this.from = from;
        this.to = to;
    }

    @Override
    public void run() {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = new BufferedOutputStream(to.getOutputStream(), BUFFER);
            int waiting = 0;
            int read;
            while ((read = in.read(buffer, waiting, BUFFER - waiting)) >= 0) {
                if (direction == Direction.TO_CLIENT && isIntroduced) {
                    faults.awaitRelease(connection);
                }
                waiting = carry(waiting + read, out);
            }
            out.write(buffer, 0, waiting);
            out.flush();
            to.shutdownOutput();
            if (direction == Direction.TO_CLIENT) {
                from.close(); // the broker has said its last, and need not wait for the client
            }
            connection.ended();
        } catch (IOException broken) {
            connection.close();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            connection.close();
        }
    }

    /**
     * Sends on what is in the buffer.
     *
     * @return how many bytes stay at its front, since nobody can tell yet what they are
     */
    private int carry(int length, OutputStream out) throws IOException {
        int at = 0;
        while (at < length && (left > 0 || begins(at, length))) {
            int size = (int) Math.min(left, length - at);
            if (verdict != Verdict.DROP) {
                out.write(buffer, at, size);
            }
            at += size;
            left -= size;
            if (left == 0 && verdict == Verdict.CUT) {
                out.flush();
                throw new IOException("cut, as the test wants it");
            }
        }
        out.flush();
        System.arraycopy(buffer, at, buffer, 0, length - at);
        return length - at;
    }

    /** Looks at the packet that begins here; false if there is too little of it. */
    private boolean begins(int at, int length) {
        ByteBuffer rest = ByteBuffer.wrap(buffer, at, length - at);
        int size = PacketDecoder.packetSize(rest);
        if (size < 0) {
            if (rest.remaining() < LONGEST_HEADER) {
                return false;
            }
            left = Long.MAX_VALUE; // it is no MQTT: the broker will say so
            verdict = Verdict.PASS;
            return true;
        }
        PacketType type = type(buffer[at]);
        if (introduces(type) && size <= BUFFER) {
            if (rest.remaining() < size) {
                return false;
            }
            connection.introduce(direction, rest.slice(at, size));
        }
        isIntroduced |= type == PacketType.CONNECT || type == PacketType.CONNACK;
        left = size;
        verdict = faults.judge(connection.clientId(), direction, type);
        return true;
    }

    private boolean introduces(@Nullable PacketType type) {
        return direction == Direction.FROM_CLIENT
                ? !isIntroduced && type == PacketType.CONNECT
                : type == PacketType.CONNACK && connection.clientId().isEmpty();
    }

    private static @Nullable PacketType type(byte first) {
        int number = (first & 0xFF) >> 4;
        return number == 0 ? null : PacketType.of(number);
    }
}
