package io.godwit.broker.control;

import java.net.InetAddress;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is asked about a client that need not be connected.
 *
 * @param userName null for a client without one
 * @param groups those that its authentication would give it
 * @param address null for a client on a Unix domain socket, or if it does not matter
 * @param listener the name of its listener; empty if it does not matter
 * @param topic the Topic Name, or the Topic Filter for {@link Act#SUBSCRIBE}; the topic of the will
 *     for {@link Act#CONNECT}, where null stands for no will
 * @param qos 0 to 2
 * @param retain the RETAIN flag of the message or will
 * @param token what the client would authenticate with, if it is to be asked who that is, in which
 *     groups and with which rules of its own; user name and groups above don't count then. Secret;
 *     null for none
 */
public record Question(
        Act act,
        String clientId,
        @Nullable String userName,
        Set<String> groups,
        @Nullable InetAddress address,
        String listener,
        @Nullable String topic,
        int qos,
        boolean retain,
        @Nullable String token) {

    /** What the client would do. */
    public enum Act {
        /** CONNECT, perhaps with a will. */
        CONNECT,
        /** PUBLISH. */
        PUBLISH,
        /** SUBSCRIBE. */
        SUBSCRIBE,
        /** Take a message that a subscription of it matches. */
        RECEIVE
    }

    /** Copies the groups. */
    public Question {
        groups = Set.copyOf(groups);
    }

    /** About a client that is known without a token. */
    public Question(
            Act act,
            String clientId,
            @Nullable String userName,
            Set<String> groups,
            @Nullable InetAddress address,
            String listener,
            @Nullable String topic,
            int qos,
            boolean retain) {
        this(act, clientId, userName, groups, address, listener, topic, qos, retain, null);
    }

    /** Leaves the token out. */
    @Override
    public String toString() {
        return "Question[%s by client %s, topic %s]".formatted(act, clientId, topic);
    }
}
