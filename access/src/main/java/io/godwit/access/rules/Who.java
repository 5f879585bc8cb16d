package io.godwit.access.rules;

import io.godwit.broker.auth.Identity;
import io.godwit.broker.auth.Network;
import io.godwit.broker.auth.Origin;
import org.jspecify.annotations.Nullable;

/**
 * Whom a rule is for: a client that fits all that is given. What is null fits every client.
 *
 * @param user fits no client without a user name
 * @param anonymous whether it is for clients without a user name only
 */
public record Who(
        @Nullable Glob user,
        boolean anonymous,
        @Nullable Glob clientId,
        @Nullable String group,
        @Nullable Network address,
        @Nullable String listener) {

    /** Every client. */
    public static final Who ANYBODY = new Who(null, false, null, null, null, null);

    /** Clients without a user name. */
    static final Who ANONYMOUS = new Who(null, true, null, null, null, null);

    /** Whether user name and Client Identifier are not all that it asks for. */
    boolean asksForMore() {
        return group != null || address != null || listener != null;
    }

    /** Why it is not for a client of this user name and Client Identifier; null if it may be. */
    @Nullable String excludesByName(Identity client) {
        String userName = client.userName();
        if (anonymous && userName != null) {
            return "it is for clients without a user name";
        }
        if (user != null && (userName == null || !user.matches(userName))) {
            return "it is for another user name";
        }
        if (clientId != null && !clientId.matches(client.clientId())) {
            return "it is for another client identifier";
        }
        return null;
    }

    /** Why it is not for a client, in words; null if it is. */
    @Nullable String excludes(Identity client, Origin origin) {
        String excluded = excludesByName(client);
        if (excluded != null) {
            return excluded;
        }
        if (group != null && !client.groups().contains(group)) {
            return "the client is not in its group";
        }
        if (address != null && (origin.address() == null || !address.contains(origin.address()))) {
            return "the client's address is not in its network";
        }
        if (listener != null && !listener.equals(origin.listener())) {
            return "it is for another listener";
        }
        return null;
    }

    /** Its conditions as a rule writes them, each with a blank in front. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        append(text, "user", user);
        append(text, "client-id", clientId);
        append(text, "group", group);
        append(text, "address", address);
        append(text, "listener", listener);
        return text.append(anonymous ? " without a user name" : "").toString();
    }

    private static void append(StringBuilder text, String key, @Nullable Object value) {
        if (value != null) {
            text.append(' ').append(key).append(" = ").append(value);
        }
    }
}
