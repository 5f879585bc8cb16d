package io.godwit.server.clients;

import io.godwit.codec.ProtocolVersion;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Where one scenario is played: topics and client identifiers of its own, and its clients. */
final class Stage implements AutoCloseable {

    /** Tells this run from others on the same broker. */
    private static final String RUN = UUID.randomUUID().toString().substring(0, 8);

    private static final AtomicInteger COUNT = new AtomicInteger();

    private final BrokerUnderTest broker;
    private final ClientLibrary library;
    private final ProtocolVersion version;
    private final String prefix = "run" + RUN + "/" + COUNT.incrementAndGet() + "/";
    private final List<Client> clients = new ArrayList<>();

    Stage(BrokerUnderTest broker, ClientLibrary library, ProtocolVersion version) {
        this.broker = broker;
        this.library = library;
        this.version = version;
    }

    ProtocolVersion version() {
        return version;
    }

    /** A topic or filter that only this scenario uses. */
    String topic(String rest) {
        return prefix + rest;
    }

    /** Options for a new client with a clean session; 3.1 allows identifiers of 23 characters. */
    ConnectOptions options() {
        return new ConnectOptions(
                broker.host(),
                broker.port(),
                version,
                "c" + RUN + "-" + COUNT.incrementAndGet(),
                true,
                null,
                null,
                null,
                null,
                null);
    }

    Client connect() throws Exception {
        return connect(options());
    }

    Client connect(ConnectOptions options) throws Exception {
        return connect(options, new Inbox());
    }

    /** Connects a client that may share its inbox with others. */
    Client connect(ConnectOptions options, Inbox inbox) throws Exception {
        var client = new Client(library.connect(options, inbox), inbox, null);
        clients.add(client);
        return client;
    }

    /** Connects through a wire that {@link Client#cut} cuts. */
    Client connectThroughWire(ConnectOptions options) throws Exception {
        var wire = new Wire(options.host(), options.port());
        var inbox = new Inbox();
        var client = new Client(library.connect(options.to(wire.port()), inbox), inbox, wire);
        clients.add(client);
        return client;
    }

    @Override
    public void close() throws IOException {
        IOException problem = null;
        for (Client client : clients) {
            try {
                client.close();
            } catch (Exception e) {
                problem = new IOException("A client could not be closed", e);
            }
        }
        if (problem != null) {
            throw problem;
        }
    }

    /** A connected client and what it received. */
    static final class Client {

        private final ClientLibrary.Connection connection;
        private final Inbox inbox;
        private final @Nullable Wire wire;

        Client(ClientLibrary.Connection connection, Inbox inbox, @Nullable Wire wire) {
            this.connection = connection;
            this.inbox = inbox;
            this.wire = wire;
        }

        ClientLibrary.Connection connection() {
            return connection;
        }

        Inbox inbox() {
            return inbox;
        }

        int subscribe(String filter, int qos) throws Exception {
            return connection.subscribe(Subscription.to(filter, qos));
        }

        int publish(String topic, String payload, int qos) throws Exception {
            return connection.publish(Message.of(topic, payload, qos));
        }

        void disconnect() throws Exception {
            connection.disconnect(null);
        }

        /** Ends the connection without a DISCONNECT. */
        void cut() throws Exception {
            if (wire == null) {
                throw new IllegalStateException("This client has no wire that could be cut");
            }
            wire.cut();
        }

        private void close() throws Exception {
            if (wire != null) {
                wire.close();
            }
            connection.close();
        }
    }
}
