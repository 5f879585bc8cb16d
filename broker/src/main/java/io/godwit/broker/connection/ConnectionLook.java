package io.godwit.broker.connection;

import io.godwit.broker.auth.Identity;
import io.godwit.broker.auth.Origin;
import io.godwit.broker.control.ConnectionState;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** A connection as an administrator sees it. On its loop only. */
final class ConnectionLook {

    private ConnectionLook() {}

    /**
     * Of a connection.
     *
     * @param identity null before CONNECT is accepted
     */
    static ConnectionState of(
            Connection connection,
            @Nullable Identity identity,
            Negotiated negotiated,
            int keepAliveSeconds) {
        Origin origin = connection.origin();
        InetAddress address = origin.address();
        return new ConnectionState(
                identity == null ? null : identity.userName(),
                address == null ? null : address.getHostAddress(),
                origin.port(),
                origin.listener(),
                connection.version().toString(),
                keepAliveSeconds,
                negotiated.cleanStart(),
                origin.certificates().isEmpty()
                        ? null
                        : origin.certificates().getFirst().getSubjectX500Principal().getName(),
                connection.receiveMaximum(),
                negotiated.maximumPacketSize(),
                negotiated.topicAliasMaximum());
    }
}
