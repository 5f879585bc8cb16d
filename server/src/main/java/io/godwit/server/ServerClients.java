package io.godwit.server;

import io.godwit.broker.ClientDirectory;
import io.godwit.broker.control.ClientDetails;
import io.godwit.broker.control.ClientState;
import io.godwit.broker.control.Clients;
import io.godwit.broker.control.Page;
import io.godwit.broker.control.SubscriptionState;
import java.io.IOException;
import java.util.Optional;

/** The clients of a server, for its administrator. Safe from any thread but a loop's. */
record ServerClients(ClientDirectory directory) implements Clients {

    @Override
    public Page<ClientState> list(ClientQuery query) throws IOException {
        return InTime.get(directory.list(query));
    }

    @Override
    public Optional<ClientDetails> find(String clientId) throws IOException {
        return InTime.get(directory.find(clientId));
    }

    @Override
    public boolean disconnect(String clientId) throws IOException {
        return InTime.get(directory.disconnect(clientId, "an administrator has disconnected it"));
    }

    @Override
    public Page<SubscriptionState> subscriptions(SubscriptionQuery query) throws IOException {
        return InTime.get(directory.subscriptions(query));
    }
}
