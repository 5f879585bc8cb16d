package io.godwit.client.core;

import io.godwit.client.ConnectionLost;
import io.godwit.client.DisconnectedByServer;
import io.godwit.client.MqttException;
import io.godwit.client.network.Link;
import io.godwit.client.network.ServerAddress;
import io.godwit.codec.Auth;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Packet;
import io.godwit.codec.PacketException;
import io.godwit.codec.ProtocolError;
import io.godwit.codec.PubAck;
import io.godwit.codec.PubComp;
import io.godwit.codec.PubRec;
import io.godwit.codec.PubRel;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubAck;
import io.godwit.codec.UnsubAck;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connection that the server has accepted: what is read from it, and how it ends. One thread
 * reads, another one writes ({@link Sender}); both end with the link.
 */
final class Connection {

    /** How long a server has to close after DISCONNECT, before the client does. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    private final Engine engine;
    private final ServerAddress server;
    private final Link link;
    private final PacketReader reader;
    private final ServerLimits limits;
    private final Aliases aliases;
    private final Sender sender;
    private final KeepAlive keepAlive;

    private boolean paused;
    private boolean ending;
    private @Nullable MqttException cause;

    Connection(
            Engine engine,
            ServerAddress server,
            Link link,
            PacketReader reader,
            ServerLimits limits) {
        this.engine = engine;
        this.server = server;
        this.link = link;
        this.reader = reader;
        this.limits = limits;
        this.aliases = new Aliases(limits.topicAliasMaximum(), engine.settings.topicAliasMaximum());
        this.sender = new Sender(engine, this, link, limits, aliases);
        this.keepAlive = new KeepAlive(engine, this, limits.keepAlive());
    }

    ServerLimits limits() {
        return limits;
    }

    ServerAddress server() {
        return server;
    }

    String peer() {
        return server.toString();
    }

    long reads() {
        return reader.reads();
    }

    Sender sender() {
        return sender;
    }

    KeepAlive keepAlive() {
        return keepAlive;
    }

    /** Whether handlers are so busy that nothing is read. */
    boolean isPaused() {
        return paused;
    }

    /** Whether it has an end to come to. */
    boolean isEnding() {
        return ending;
    }

    /** Why it ended, or null where the client ended it. */
    @Nullable MqttException cause() {
        return cause;
    }

    /** Sends a packet before messages that wait. */
    void send(Packet packet) {
        sender.add(packet);
    }

    /** Ends it for a reason of its own, with a last packet if there is one. Under the lock. */
    void end(MqttException why, @Nullable Disconnect last) {
        if (ending) {
            return;
        }
        cause = why;
        close(engine.settings.version().isV5() ? last : null);
    }

    /** Sends DISCONNECT and closes, as the client wants it. Under the lock. */
    void leave(Disconnect last) {
        if (!ending) {
            close(last);
        }
    }

    private void close(@Nullable Disconnect last) {
        ending = true;
        keepAlive.stop();
        engine.room.signalAll();
        sender.end(last);
        if (last == null) {
            closeLink();
        } else { // unread bytes at a close might take the packet with them
            engine.after(LINGER, this::closeLink);
        }
    }

    /** Apart from the lock, since TLS may have to say good-bye first. */
    private void closeLink() {
        engine.startNetworkThread("close", link::close);
    }

    /** Something broke: whoever notices first says why. */
    void broken(String what, Throwable e) {
        engine.lock.lock();
        try {
            String words = e.getMessage() == null ? e.toString() : e.getMessage();
            end(new ConnectionLost("%s %s: %s".formatted(what, peer(), words), e), null);
        } finally {
            engine.lock.unlock();
        }
    }

    /** Reads until the end. */
    void read() {
        try {
            for (Packet packet = reader.next(); packet != null; packet = reader.next()) {
                engine.lock.lock();
                try {
                    handle(packet);
                } finally {
                    engine.lock.unlock();
                }
            }
            closed();
        } catch (PacketException e) {
            refuse(e);
            drain();
        } catch (IOException | RuntimeException | Error e) { // no memory for a packet, say
            broken("the connection is lost to", e);
        }
    }

    private void closed() {
        engine.lock.lock();
        try {
            end(new ConnectionLost(peer() + " has closed the connection", null), null);
        } finally {
            engine.lock.unlock();
        }
    }

    private void refuse(PacketException e) {
        engine.lock.lock();
        try {
            end(
                    new ConnectionLost(
                            "%s has sent what MQTT does not allow: %s"
                                    .formatted(peer(), e.getMessage()),
                            e),
                    new Disconnect(e.reasonCode()));
        } finally {
            engine.lock.unlock();
        }
    }

    /** What comes behind a DISCONNECT of the client's is of no interest. */
    private void drain() {
        try {
            var nowhere = ByteBuffer.allocate(4096);
            while (link.read(nowhere.clear()) >= 0) {
                continue;
            }
        } catch (IOException closed) {
            return;
        }
    }

    private void handle(Packet packet) throws PacketException {
        if (ending) {
            return;
        }
        switch (packet.type()) {
            case PUBLISH -> receive((Publish) packet);
            case PUBACK -> sender.acknowledged((PubAck) packet);
            case PUBREC -> sender.received((PubRec) packet);
            case PUBCOMP -> sender.completed((PubComp) packet);
            case PUBREL -> engine.inbound.release(this, (PubRel) packet);
            case SUBACK -> engine.requests.answered((SubAck) packet);
            case UNSUBACK -> engine.requests.answered((UnsubAck) packet);
            case PINGRESP -> {}
            case AUTH -> engine.reauthentication.answered((Auth) packet);
            case DISCONNECT -> disconnected((Disconnect) packet);
            default -> throw new ProtocolError(packet.type() + ": it is out of place");
        }
        engine.room.signalAll();
    }

    private void disconnected(Disconnect packet) {
        ReasonCode code = packet.reasonCode();
        end(
                new DisconnectedByServer(
                        "%s has ended the connection: %s"
                                .formatted(peer(), Refusals.words(code, packet.properties())),
                        code,
                        packet.properties()),
                null);
    }

    private void receive(Publish publish) throws PacketException {
        Publish whole = aliases.resolve(publish);
        boolean bounded = publish.qos() > 0 && engine.settings.version().isV5();
        while (!bounded && engine.inbound.isFull() && !engine.isAwaiting() && !ending) {
            paused = true;
            engine.room.awaitUninterruptibly();
        }
        if (paused) {
            paused = false;
            keepAlive.resumed();
        }
        if (ending) {
            return;
        }
        if (publish.qos() == 0 && engine.inbound.isFull()) {
            engine.inbound.drop();
        } else {
            engine.inbound.receive(this, whole);
        }
    }
}
