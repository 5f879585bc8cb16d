package io.godwit.server.clients;

import io.godwit.codec.ProtocolVersion;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A client library of which every connection runs in a process of its own. For Paho C: the thread
 * that reads for all connections of a process sees a new one up to two seconds late.
 */
record ProcessPerConnection(
        String name, List<ProtocolVersion> versions, Set<Feature> features, List<String> program)
        implements ClientLibrary {

    @Override
    public Connection connect(ConnectOptions options, Inbox inbox) throws Exception {
        var process =
                new ProcessLibrary(
                        name,
                        versions,
                        features,
                        ProcessLibrary.program(program.toArray(String[]::new)));
        try {
            return new OwnedConnection(process, process.connect(options, inbox));
        } catch (Exception e) {
            process.close();
            throw e;
        }
    }

    @Override
    public void close() {}

    /** A connection that ends its process when it is closed. */
    private record OwnedConnection(ProcessLibrary process, Connection connection)
            implements Connection {

        @Override
        public boolean sessionPresent() {
            return connection.sessionPresent();
        }

        @Override
        public @Nullable String assignedClientId() {
            return connection.assignedClientId();
        }

        @Override
        public int subscribe(Subscription subscription) throws Exception {
            return connection.subscribe(subscription);
        }

        @Override
        public void unsubscribe(String filter) throws Exception {
            connection.unsubscribe(filter);
        }

        @Override
        public int publish(Message message) throws Exception {
            return connection.publish(message);
        }

        @Override
        public void disconnect(@Nullable Long sessionExpirySeconds) throws Exception {
            connection.disconnect(sessionExpirySeconds);
        }

        @Override
        public void close() throws Exception {
            connection.close();
            process.close();
        }
    }
}
