package io.godwit.app.doctor;

import io.godwit.client.Credentials;
import io.godwit.client.network.Link;
import io.godwit.client.network.Links;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Connect;
import io.godwit.codec.Packet;
import io.godwit.codec.PacketDecoder;
import io.godwit.codec.PacketEncoder;
import io.godwit.codec.PacketException;
import io.godwit.codec.PingReq;
import io.godwit.codec.PingResp;
import io.godwit.codec.Properties;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.TopicCache;
import io.godwit.codec.Will;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connection without a client: for what a client keeps to itself, a PINGREQ when one wants it and
 * an end without DISCONNECT. One thread at a time.
 */
final class RawConnection implements AutoCloseable {

    private static final int SIZE = 8192;
    private static final int KEEP_ALIVE = 60;

    private final Link link;
    private final ProtocolVersion version;
    private final Duration patience;
    private final PacketDecoder decoder;

    /** What was read and not decoded yet, between position and limit. */
    private final ByteBuffer in = ByteBuffer.allocate(SIZE).flip();

    private RawConnection(Link link, ProtocolVersion version, Duration patience) {
        this.link = link;
        this.version = version;
        this.patience = patience;
        this.decoder = PacketDecoder.forClient(version, SIZE, new TopicCache(16));
    }

    /** Connects, and waits for CONNACK. */
    static RawConnection open(
            Patient patient, ProtocolVersion version, String name, @Nullable Will will)
            throws IOException {
        Link link = Links.open(patient.address(), patient.network());
        RawConnection connection = new RawConnection(link, version, patient.patience());
        Credentials credentials = patient.credentials();
        Connect connect =
                new Connect(
                        version,
                        patient.clientId() + name,
                        true,
                        KEEP_ALIVE,
                        will,
                        credentials == null ? null : credentials.userName(),
                        credentials == null ? null : credentials.password(),
                        Properties.NONE);
        try {
            ReasonCode code = connection.ask(connect, ConnAck.class).reasonCode();
            if (code != ReasonCode.SUCCESS) {
                throw new IOException("the server refuses the connection: " + code);
            }
            return connection;
        } catch (IOException failure) {
            connection.close();
            throw failure;
        }
    }

    /** How long PINGRESP takes. */
    Duration ping() throws IOException {
        long begin = System.nanoTime();
        var _ = ask(new PingReq(), PingResp.class);
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    /** Sends a packet and waits for one of a type, as long as the doctor has patience. */
    private <T extends Packet> T ask(Packet packet, Class<T> type) throws IOException {
        Thread deadline = Thread.ofVirtual().name("doctor-deadline").start(this::closeLater);
        try {
            ByteBuffer out = ByteBuffer.allocate(PacketEncoder.encodedSize(packet, version));
            PacketEncoder.encode(packet, version, out);
            link.write(out.flip());
            Packet answer = receive();
            if (!type.isInstance(answer)) {
                throw new IOException(
                        "%s came instead of %s".formatted(answer.type(), type.getSimpleName()));
            }
            return type.cast(answer);
        } catch (PacketException malformed) {
            throw new IOException(
                    "the server sent what is no packet: " + malformed.getMessage(), malformed);
        } finally {
            deadline.interrupt();
        }
    }

    /** Ends a wait that takes too long. */
    private void closeLater() {
        try {
            Thread.sleep(patience);
            link.close();
        } catch (InterruptedException inTime) {
            Thread.currentThread().interrupt();
        }
    }

    private Packet receive() throws IOException, PacketException {
        Packet packet = decoder.decode(in);
        while (packet == null) {
            in.compact();
            int read = link.read(in);
            in.flip();
            if (read < 0) {
                throw new EOFException("the server has closed the connection");
            }
            packet = decoder.decode(in);
        }
        return packet;
    }

    /** Ends it without DISCONNECT. */
    @Override
    public void close() {
        link.close();
    }
}
