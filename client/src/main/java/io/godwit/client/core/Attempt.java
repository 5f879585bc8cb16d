package io.godwit.client.core;

import io.godwit.client.ConnectRefused;
import io.godwit.client.ConnectionLost;
import io.godwit.client.MqttException;
import io.godwit.client.network.Link;
import io.godwit.client.network.ServerAddress;
import io.godwit.codec.ConnAck;
import io.godwit.codec.PacketException;
import io.godwit.codec.ReasonCode;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to connect: each server once, in turn, and where they send the client. Its thread
 * then reads from the connection that it has made, until that ends.
 */
final class Attempt implements Runnable {

    /** Server References that are followed in one attempt. */
    private static final int MOST_REFERENCES = 5;

    private final Engine engine;
    private final List<ServerAddress> servers;
    private final boolean cleanStart;
    private final String clientId;

    private @Nullable Link link; // under the lock
    private boolean abandoned; // under the lock
    private volatile boolean timedOut;

    Attempt(Engine engine, List<ServerAddress> servers, boolean cleanStart, String clientId) {
        this.engine = engine;
        this.servers = servers;
        this.cleanStart = cleanStart;
        this.clientId = clientId;
    }

    /** Nobody wants it any more. Under the lock. */
    void abandon() {
        abandoned = true;
        Link open = link;
        if (open != null) {
            engine.startNetworkThread("close", open::close);
        }
    }

    @Override
    public void run() {
        try {
            engine.failed(this, tried()); // which is of no account where there was a connection
        } catch (RuntimeException | Error e) { // else everybody would wait for it for ever
            engine.failed(this, new ConnectionLost("the attempt to connect broke: " + e, e));
            throw e;
        }
    }

    /** Tries one server after the other; why none was of use, if none was. */
    private MqttException tried() {
        Deque<ServerAddress> left = new ArrayDeque<>(servers);
        MqttException failure = new ConnectionLost("there is no server to connect to", null);
        int references = 0;
        while (!left.isEmpty()) {
            ServerAddress server = left.remove();
            try {
                connect(server);
                break;
            } catch (ConnectRefused refused) {
                failure = refused;
                List<ServerAddress> elsewhere = references(server, refused);
                if (!elsewhere.isEmpty() && references < MOST_REFERENCES) {
                    references++;
                    elsewhere.reversed().forEach(left::addFirst);
                } else if (Refusals.isFinal(refused)) {
                    break;
                }
            } catch (MqttException failed) {
                failure = failed;
                if (Refusals.isFinal(failed)) {
                    break;
                }
            }
        }
        return failure;
    }

    private List<ServerAddress> references(ServerAddress server, ConnectRefused refused) {
        if (!engine.settings.redirect()) {
            return List.of();
        }
        List<ServerAddress> found =
                Servers.references(server, refused.reasonCode(), refused.properties());
        if (!found.isEmpty() && refused.reasonCode() == ReasonCode.SERVER_MOVED) {
            engine.locked(() -> engine.servers.moved(server, found));
        }
        return found;
    }

    /** Connects to a server and reads until the end, unless nobody wants that any more. */
    private void connect(ServerAddress server) {
        engine.locked(engine.journal::check);
        Link opened;
        try {
            opened = engine.surroundings.dialer().open(server, engine.settings.network());
        } catch (IOException | RuntimeException e) {
            String why = String.valueOf(e.getMessage());
            String name = server + ": "; // with which it may begin already
            throw new ConnectionLost(
                    "%s cannot be reached: %s"
                            .formatted(
                                    server,
                                    why.startsWith(name) ? why.substring(name.length()) : why),
                    e);
        }
        try (opened) {
            if (!use(opened)) {
                return;
            }
            PacketReader reader =
                    new PacketReader(
                            opened,
                            engine.settings.version(),
                            Math.min(
                                    engine.settings.maximumPacketSize(),
                                    ClientSettings.LARGEST_PACKET));
            ConnAck connAck = greet(server, opened, reader);
            Connection connection = engine.connected(this, server, opened, reader, connAck);
            if (connection == null) {
                return;
            }
            try {
                connection.read();
            } finally {
                engine.ended(connection);
            }
        }
    }

    private boolean use(Link opened) {
        engine.lock.lock();
        try {
            link = opened;
            return !abandoned;
        } finally {
            engine.lock.unlock();
        }
    }

    private ConnAck greet(ServerAddress server, Link opened, PacketReader reader) {
        String name = server.toString();
        timedOut = false;
        Timing.Alarm alarm =
                engine.timing.after(
                        engine.settings.timeout(),
                        () -> {
                            timedOut = true;
                            engine.startNetworkThread("close", opened::close);
                        });
        try {
            return new Handshake(engine.settings, server, opened, reader)
                    .connect(clientId, cleanStart);
        } catch (MqttException e) {
            throw e;
        } catch (PacketException e) {
            throw new ConnectionLost(
                    "%s answers CONNECT with what MQTT %s does not allow: %s; a server that speaks another version may need version(...)"
                            .formatted(name, engine.settings.version(), e.getMessage()),
                    e);
        } catch (IOException e) {
            throw new ConnectionLost(
                    timedOut
                            ? "%s has not answered CONNECT within %s"
                                    .formatted(name, engine.settings.timeout())
                            : "the connection to %s broke before CONNACK: %s"
                                    .formatted(name, e.getMessage()),
                    e);
        } catch (RuntimeException e) { // of the supplier of credentials, or of the method
            throw new ConnectionLost(
                    "CONNECT to %s cannot be made: %s".formatted(name, e.getMessage()), e);
        } finally {
            alarm.cancel();
        }
    }
}
