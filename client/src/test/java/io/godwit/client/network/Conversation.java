package io.godwit.client.network;

import static java.util.Objects.requireNonNull;

import io.godwit.codec.Connect;
import io.godwit.codec.Packet;
import io.godwit.codec.PacketDecoder;
import io.godwit.codec.PacketEncoder;
import io.godwit.codec.PacketException;
import io.godwit.codec.Properties;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.TopicCache;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Packets over a link, one after the other. */
public final class Conversation implements AutoCloseable {

    private final Link link;
    private final ProtocolVersion version;
    private final PacketDecoder decoder;
    private final ByteBuffer in = ByteBuffer.allocate(1 << 20).limit(0);

    /** Over this link. */
    public Conversation(Link link, ProtocolVersion version) {
        this.link = link;
        this.version = version;
        decoder = PacketDecoder.forClient(version, 1 << 20, new TopicCache(16));
    }

    /** A CONNECT with a client identifier. */
    public Connect connect(String clientId) {
        return new Connect(version, clientId, true, 60, null, null, null, Properties.NONE);
    }

    /** Sends a packet. */
    public Conversation send(Packet packet) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(PacketEncoder.encodedSize(packet, version));
        PacketEncoder.encode(packet, version, out);
        link.write(out.flip());
        return this;
    }

    /** Waits for a packet. */
    public Packet receive() throws IOException, PacketException {
        Packet packet = decoder.decode(in);
        while (packet == null) {
            in.compact();
            int count = link.read(in);
            in.flip();
            if (count < 0) {
                throw new IOException("the server has closed");
            }
            packet = decoder.decode(in);
        }
        return packet;
    }

    /** Waits for a packet of this kind. */
    public <P extends Packet> P receive(Class<P> kind) throws IOException, PacketException {
        return requireNonNull(kind.cast(receive()));
    }

    @Override
    public void close() {
        link.close();
    }
}
