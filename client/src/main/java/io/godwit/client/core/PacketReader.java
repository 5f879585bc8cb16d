package io.godwit.client.core;

import io.godwit.client.network.Link;
import io.godwit.codec.Packet;
import io.godwit.codec.PacketDecoder;
import io.godwit.codec.PacketEncoder;
import io.godwit.codec.PacketException;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.TopicCache;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads packets from a link; one thread at a time. */
final class PacketReader {

    private static final int USUAL = 8 << 10;
    private static final int TOPICS = 64;

    private final Link link;
    private final PacketDecoder decoder;
    private ByteBuffer in = ByteBuffer.allocate(USUAL).flip();
    private volatile long reads;

    PacketReader(Link link, ProtocolVersion version, long maximumPacketSize) {
        this.link = link;
        this.decoder = PacketDecoder.forClient(version, maximumPacketSize, new TopicCache(TOPICS));
    }

    /** The next packet; waits for it. Null when the server has closed. */
    @Nullable Packet next() throws IOException, PacketException {
        Packet packet = decoder.decode(in);
        while (packet == null) {
            makeRoom();
            int read = link.read(in);
            in.flip();
            if (read < 0) {
                return null;
            }
            countRead();
            packet = decoder.decode(in);
        }
        return packet;
    }

    /** Makes ready to read; a buffer grows only as far as what has come fills it. */
    private void makeRoom() {
        int left = in.remaining();
        if (left == in.capacity()) {
            in = ByteBuffer.allocate(2 * in.capacity()).put(in);
        } else if (left == 0 && in.capacity() > USUAL) {
            in = ByteBuffer.allocate(USUAL);
        } else {
            in.compact();
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread reads
    private void countRead() {
        reads++;
    }

    /** How often something has come; any thread. */
    long reads() {
        return reads;
    }

    static ByteBuffer encode(Packet packet, ProtocolVersion version) {
        ByteBuffer out = ByteBuffer.allocate(PacketEncoder.encodedSize(packet, version));
        PacketEncoder.encode(packet, version, out);
        return out.flip();
    }
}
