package io.godwit.junit;

import io.godwit.codec.ConnAck;
import io.godwit.codec.Connect;
import io.godwit.codec.Packet;
import io.godwit.codec.PacketDecoder;
import io.godwit.codec.PacketException;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.TopicCache;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** A client's connection and the one to the broker that belongs to it. Safe from any thread. */
final class ProxyConnection {

    /** Bytes that the system takes from the broker for a client that does not read, at least. */
    private static final int RECEIVE_BUFFER = 64 << 10;

    private final Socket client;
    private final Socket broker = new Socket();
    private final Faults faults;
    private final Consumer<ProxyConnection> closed;
    private final AtomicInteger open = new AtomicInteger(Direction.values().length);
    private volatile String clientId = "";
    private volatile ProtocolVersion version = ProtocolVersion.V3_1_1;
    private volatile boolean isClosed;

    /**
     * A connection that a client has opened.
     *
     * @param closed told when it has closed
     */
    ProxyConnection(Socket client, Faults faults, Consumer<ProxyConnection> closed) {
        this.client = client;
        this.faults = faults;
        this.closed = closed;
    }

    /** Connects to the broker and carries packets to and fro. */
    void start(InetSocketAddress to) {
        Thread.ofVirtual()
                .name("godwit-test-from-client")
                .start(() -> {
                    try {
                        client.setTcpNoDelay(true);
                        broker.setTcpNoDelay(true);
                        broker.setReceiveBufferSize(RECEIVE_BUFFER);
                        broker.connect(to);
                        PacketPump back =
                                new PacketPump(this, faults, Direction.TO_CLIENT, broker, client);
                        Thread.ofVirtual().name("godwit-test-to-client").start(back);
                        new PacketPump(this, faults, Direction.FROM_CLIENT, client, broker).run();
                    } catch (IOException gone) {
                        close();
                    }
                });
    }

    /** The Client Identifier as CONNECT named it or the broker assigned it; empty before. */
    String clientId() {
        return clientId;
    }

    boolean isClosed() {
        return isClosed;
    }

    /** Learns from CONNECT, or from CONNACK, who the client is; what is malformed, others judge. */
    void introduce(Direction direction, ByteBuffer packet) {
        TopicCache topics = new TopicCache(1);
        PacketDecoder decoder =
                direction == Direction.FROM_CLIENT
                        ? PacketDecoder.forServer(Integer.MAX_VALUE, topics)
                        : PacketDecoder.forClient(version, Integer.MAX_VALUE, topics);
        Packet decoded;
        try {
            decoded = decoder.decode(packet);
        } catch (PacketException malformed) {
            return;
        }
        if (decoded instanceof Connect connect) {
            version = connect.version();
            clientId = connect.clientId();
        } else if (decoded instanceof ConnAck connAck) {
            clientId = connAck.properties().getOrDefault(Property.ASSIGNED_CLIENT_IDENTIFIER, "");
        }
    }

    /** One direction has ended; with both the connection has. */
    void ended() {
        if (open.decrementAndGet() == 0) {
            close();
        }
    }

    /** Closes both sockets, as a network does that breaks: without DISCONNECT. */
    void close() {
        isClosed = true;
        closeQuietly(client);
        closeQuietly(broker);
        closed.accept(this);
        faults.wake();
    }

    static void closeQuietly(Closeable socket) {
        try {
            socket.close();
        } catch (IOException alreadyGone) {
            // which is what was wanted
        }
    }
}
