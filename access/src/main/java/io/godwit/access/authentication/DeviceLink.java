package io.godwit.access.authentication;

import io.godwit.broker.auth.Credentials;
import io.godwit.broker.auth.Identity;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets devices of MQTT-SN in, which have no user names and passwords of their own: as the identity
 * whose pre-shared key they have proved to have, or else as the user that their listener has for
 * their client identifier. That is only what a device says of itself, so a listener like that
 * belongs into a network that is trusted.
 */
public final class DeviceLink implements Link {

    /** The word for it in {@code authentication.order}. */
    public static final String NAME = "device";

    /** Stands at the end of what client identifiers begin with. */
    public static final char ANY = '*';

    private final Map<String, Users> listeners = new HashMap<>();

    /** The users of one listener. */
    private static final class Users {

        private final Map<String, String> whole = new HashMap<>();

        /** By the length of what client identifiers begin with. */
        private final TreeMap<Integer, Map<String, String>> beginnings = new TreeMap<>();

        Users(Map<String, String> users) {
            users.forEach((clients, user) -> {
                int length = clients.length() - 1;
                if (length >= 0 && clients.charAt(length) == ANY) {
                    beginnings
                            .computeIfAbsent(length, _ -> new HashMap<>())
                            .put(clients.substring(0, length), user);
                } else {
                    whole.put(clients, user);
                }
            });
        }

        /** The whole client identifier goes first, then the longest beginning of it. */
        Optional<String> of(String clientId) {
            @Nullable String user = whole.get(clientId);
            if (user != null) {
                return Optional.of(user);
            }
            for (var beginning :
                    beginnings.headMap(clientId.length(), true).descendingMap().entrySet()) {
                user = beginning.getValue().get(clientId.substring(0, beginning.getKey()));
                if (user != null) {
                    return Optional.of(user);
                }
            }
            return Optional.empty();
        }
    }

    /**
     * A link for these listeners.
     *
     * @param listeners by name, from a client identifier, or its beginning and {@link #ANY}, to the
     *     user name; what is not among them gives devices no users
     */
    public DeviceLink(Map<String, Map<String, String>> listeners) {
        listeners.forEach((name, users) -> this.listeners.put(name, new Users(users)));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void authenticate(Credentials credentials, Consumer<Decision> decided) {
        decided.accept(decide(credentials));
    }

    private Decision decide(Credentials credentials) {
        String identity = credentials.origin().pskIdentity();
        if (identity != null) {
            return new Accepted(new Identity(credentials.clientId(), identity));
        }
        String listener = credentials.origin().listener();
        Users users = listeners.get(listener);
        if (users == null) {
            return new Passed("listener " + listener + " has no users for client identifiers");
        }
        if (credentials.userName() != null) {
            return new Passed("the device gives a user name of its own");
        }
        return users.of(credentials.clientId())
                .<Decision>map(user -> new Accepted(new Identity(credentials.clientId(), user)))
                .orElseGet(() ->
                        new Passed(
                                "listeners.%s.users has nobody for the client identifier"
                                        .formatted(listener)));
    }
}
