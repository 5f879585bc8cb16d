package io.godwit.server.clients;

import io.godwit.codec.ProtocolVersion;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A client library of someone else, made to follow the scenarios. Scenarios run side by side. */
interface ClientLibrary {

    /** The protocol versions that it speaks. */
    List<ProtocolVersion> versions();

    /** What it offers of the below; a scenario that needs more is not played with it. */
    Set<Feature> features();

    /**
     * Connects, and returns after a CONNACK that accepts.
     *
     * @param inbox what gets every message and the end of the connection
     */
    Connection connect(ConnectOptions options, Inbox inbox) throws Exception;

    /** Ends what the library keeps running beside its connections. */
    void close() throws Exception;

    /** One Network Connection of the library. Each call returns when the server has answered. */
    interface Connection {

        /** The flag in CONNACK; 3.1 has none. */
        boolean sessionPresent();

        /** The Assigned Client Identifier in CONNACK, if any. */
        @Nullable String assignedClientId();

        /** Subscribes; returns the return code or reason code in SUBACK. */
        int subscribe(Subscription subscription) throws Exception;

        void unsubscribe(String filter) throws Exception;

        /**
         * Publishes and waits for the last acknowledgement (QoS 0: until it is written).
         *
         * @return its reason code, 0 where there is none
         */
        int publish(Message message) throws Exception;

        /**
         * Sends DISCONNECT and closes.
         *
         * @param sessionExpirySeconds a new Session Expiry Interval to give in DISCONNECT
         */
        void disconnect(@Nullable Long sessionExpirySeconds) throws Exception;

        /** Frees what the library holds, whether the connection is open or not. */
        void close() throws Exception;
    }

    /** What not every library can do or show, though MQTT has it. */
    enum Feature {
        /** It can send topics with characters beyond U+FFFF. */
        SUPPLEMENTARY_CHARACTERS,
        /** The application can give a Topic Alias with a publication. */
        CHOOSE_TOPIC_ALIAS,
        /** It can tell that a PUBACK said 0x10, No matching subscribers. */
        PUBLISH_REASON,
        /** It can tell reason code and Reason String of a DISCONNECT from the server. */
        DISCONNECT_REASON,
        /** It passes the Subscription Identifiers of a message on. */
        SUBSCRIPTION_ID,
        /** It can change the Session Expiry Interval in DISCONNECT. */
        DISCONNECT_EXPIRY,
        /** It lets the application set Topic Alias Maximum, and resolves aliases. */
        RECEIVE_TOPIC_ALIAS,
        /** It keeps the order of user properties, also where names take turns. */
        USER_PROPERTY_ORDER,
        /** It passes the Payload Format Indicator on. */
        PAYLOAD_FORMAT,
        /** It connects with an empty identifier and tells the one that the server assigned. */
        ASSIGNED_CLIENT_ID
    }
}
