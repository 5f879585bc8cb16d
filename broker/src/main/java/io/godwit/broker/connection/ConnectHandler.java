package io.godwit.broker.connection;

import io.godwit.broker.auth.Authenticator;
import io.godwit.broker.auth.Authenticator.Accepted;
import io.godwit.broker.auth.Authenticator.Challenged;
import io.godwit.broker.auth.Authenticator.Decision;
import io.godwit.broker.auth.Authenticator.Passed;
import io.godwit.broker.auth.Authenticator.Refused;
import io.godwit.broker.auth.Credentials;
import io.godwit.broker.auth.Identity;
import io.godwit.broker.auth.Origin;
import io.godwit.broker.auth.Permissions;
import io.godwit.broker.auth.SessionOwner;
import io.godwit.broker.auth.Verdict;
import io.godwit.broker.limits.Limits;
import io.godwit.broker.protection.Ban;
import io.godwit.broker.protection.ListenerLoad;
import io.godwit.broker.protection.Protection;
import io.godwit.broker.session.Denials;
import io.godwit.broker.session.Denials.Act;
import io.godwit.broker.session.Sessions.Opened;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.spi.StoreFailure;
import io.godwit.codec.Binary;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Connect;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.Utf8;
import io.godwit.codec.Will;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * CONNECT (§3.1), in order: limits, authentication, the move to the client's home shard, session,
 * CONNACK. One for each CONNECT, on the loop that its connection is on.
 */
final class ConnectHandler {

    private final Connection connection;
    private final Connect connect;
    private final Origin origin;
    private final Authentication authentication;
    private String clientId;

    ConnectHandler(Connection connection, Connect connect) {
        this.connection = connection;
        this.connect = connect;
        this.origin = connection.origin();
        this.authentication =
                new Authentication(
                        connection, connect.properties().get(Property.AUTHENTICATION_METHOD));
        this.clientId = connect.clientId().isEmpty() ? newClientId() : connect.clientId();
    }

    /** A Client Identifier that no one else has [v5 MQTT-3.1.3-6], [v3 MQTT-3.1.3-6]. */
    private String newClientId() {
        byte[] bytes = new byte[16];
        connection.shard().random().nextBytes(bytes);
        return "godwit-" + HexFormat.of().formatHex(bytes);
    }

    Authentication authentication() {
        return authentication;
    }

    void handle() {
        ShardBroker here = connection.here();
        long now = here.shard().now();
        ListenerLoad listener = here.protection().listener(origin.listener());
        if (isBanned(connect.userName())) {
            return;
        }
        if (!here.connectRate().admit(now)) {
            reject(ReasonCode.CONNECTION_RATE_EXCEEDED, "limits.connect-rate is exceeded");
        } else if (!listener.admits(now)) {
            reject(
                    ReasonCode.CONNECTION_RATE_EXCEEDED,
                    "the connect-rate of listener " + listener.name() + " is exceeded",
                    Counter.CONNECTIONS_OVER_LISTENER_RATE);
        } else {
            takePlace(listener);
        }
    }

    private void takePlace(ListenerLoad listener) {
        switch (listener.enter(connection.here().limits().connections())) {
            case BROKER_IS_FULL ->
                    reject(ReasonCode.QUOTA_EXCEEDED, "limits.connections is reached");
            case LISTENER_IS_FULL ->
                    reject(
                            ReasonCode.QUOTA_EXCEEDED,
                            "max-connections of listener " + listener.name() + " is reached",
                            Counter.CONNECTIONS_OVER_LISTENER_PLACES);
            case YES -> {
                connection.takePlace(listener);
                if (check() && hold()) {
                    authentication.begin(credentials(), this::decided);
                }
            }
        }
    }

    private boolean isBanned(@Nullable String userName) {
        ShardBroker here = connection.here();
        Ban ban =
                here.protection()
                        .bans()
                        .find(origin.address(), userName, clientId, here.shard().wallMillis());
        if (ban == null) {
            return false;
        }
        reject(ReasonCode.BANNED, ban.target() + " is " + ban.why(), Counter.CONNECTIONS_BANNED);
        return true;
    }

    private Credentials credentials() {
        Binary data = connect.properties().get(Property.AUTHENTICATION_DATA);
        return new Credentials(
                clientId,
                connect.userName(),
                connect.password(),
                authentication.method(),
                data == null ? null : data.bytes(),
                origin,
                null);
    }

    /** Whether the packet can be accepted at all; if not it is answered. */
    private boolean check() {
        if (connect.clientId().isEmpty() && !mayBeEmpty()) {
            return reject(
                    ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
                    "an empty client identifier is not allowed here");
        }
        Will will = connect.will();
        return will == null || check(will, connection.limits());
    }

    private boolean check(Will will, Limits limits) {
        if (will.qos() > limits.maximumQos()) { // [v5 MQTT-3.2.2-12]
            return reject(
                    ReasonCode.QOS_NOT_SUPPORTED,
                    "its will is at QoS %d, and limits.maximum-qos is %d"
                            .formatted(will.qos(), limits.maximumQos()));
        }
        if (will.retain() && !limits.retainAvailable()) { // [v5 MQTT-3.2.2-13]
            return reject(
                    ReasonCode.RETAIN_NOT_SUPPORTED,
                    "its will is to be retained, and limits.retain-available is false");
        }
        if (TopicLimits.exceeded(will.topic(), limits)) {
            return reject(
                    ReasonCode.TOPIC_NAME_INVALID,
                    "the will topic is over limits.topic-levels or limits.topic-length");
        }
        return true;
    }

    /** Counts the packet until it is decided; if there is no room for it, it is answered. */
    private boolean hold() {
        if (authentication.hold(ConnectCost.of(connect))) {
            return true;
        }
        count(Counter.CONNECTIONS_OVER_MEMORY);
        return reject(ReasonCode.QUOTA_EXCEEDED, "limits.memory has no room for its CONNECT");
    }

    private boolean mayBeEmpty() {
        return switch (connect.version()) {
            case V3_1 -> false;
            case V3_1_1 -> connect.cleanStart(); // [v3 MQTT-3.1.3-8]
            case V5 -> true;
        };
    }

    private void decided(Decision decision) {
        switch (decision) {
            case Accepted accepted -> accepted(accepted);
            case Refused(ReasonCode reasonCode, String why, @Nullable String tried) -> {
                count(AuthenticationOutcomes.counterOf(reasonCode));
                refused(reasonCode, why, tried);
            }
            case Passed(String why) -> {
                count(Counter.AUTHENTICATIONS_PASSED);
                boolean hasMethod = authentication.method() != null; // [v5 MQTT-4.12.0-1]
                refused(
                        hasMethod
                                ? ReasonCode.BAD_AUTHENTICATION_METHOD
                                : ReasonCode.NOT_AUTHORIZED,
                        why,
                        null);
            }
            case Challenged _ -> throw new IllegalStateException("a challenge is no end");
        }
    }

    /**
     * Sends the refusal; if the client may be guessing, later with each failure.
     *
     * @param tried the user name, if it is not that of CONNECT; else null
     */
    private void refused(ReasonCode reasonCode, String why, @Nullable String tried) {
        if (tried != null && isBanned(tried)) { // else only a right guess would be told so
            return;
        }
        ShardBroker here = connection.here();
        String userName = tried == null ? connect.userName() : tried;
        boolean hasTried =
                userName != null || connect.password() != null || authentication.method() != null;
        long delay =
                hasTried && AuthenticationOutcomes.isFailure(reasonCode)
                        ? AuthenticationOutcomes.failed(connection, userName)
                        : 0;
        if (delay > 0 && here.protection().beginDelay()) {
            count(Counter.AUTHENTICATIONS_DELAYED);
            connection.giveBackPlace(); // who waits keeps nobody else out
            authentication.letGo();
            noteRefusal(reasonCode, why);
            here.shard().after(delay, new DelayedRefusal(connection, reasonCode, withClient(why)));
        } else {
            reject(reasonCode, why); // [v5 MQTT-4.12.0-4]
        }
    }

    private void accepted(Accepted accepted) {
        ShardBroker here = connection.here();
        Identity identity = accepted.identity();
        here.protection().succeeded(origin.address(), identity.userName());
        count(Counter.AUTHENTICATIONS_ACCEPTED);
        clientId = identity.clientId();
        if (accepted.expiresAt() <= here.shard().wallMillis()) {
            reject(ReasonCode.NOT_AUTHORIZED, "what it shows has expired");
        } else if (!connection.outbox().hasSentAll()) {
            reject(ReasonCode.PROTOCOL_ERROR, "it answers an AUTH that it has not read");
        } else {
            connection.moveTo(here.homeOf(clientId), () -> open(accepted));
        }
    }

    /** Whether the client may not have the session, now or at all. */
    private boolean isKeptOut(Identity identity) {
        ShardBroker home = connection.here();
        Protection protection = home.protection();
        if (isBanned(identity.userName())) { // asked here, since a new ban ends sessions here
            return true;
        }
        SessionOwner owner =
                protection.settings().bindsSessions()
                        ? home.sessions().otherOwner(clientId, identity)
                        : null;
        if (owner != null) {
            rejectForeign(owner, identity.owner());
            return true;
        }
        Ban ban = protection.connects(clientId, home.shard().now(), home.shard().wallMillis());
        if (ban != null) {
            count(Counter.BANS_FOR_FLAPPING);
            home.sessions().disconnect(clientId, ReasonCode.ADMINISTRATIVE_ACTION, ban.why());
            reject(ReasonCode.BANNED, ban.target() + " is " + ban.why());
            return true;
        }
        return false;
    }

    private void rejectForeign(SessionOwner owner, @Nullable SessionOwner client) {
        connection.tell(
                "asks for the session of client identifier %s, which belongs to %s, as %s; if that is right, let the owner end it (Clean Start and Session Expiry Interval 0), end it with godwit ctl session end, or set authentication.bind-sessions = false"
                        .formatted(
                                Utf8.quote(clientId), owner, client == null ? "nobody" : client));
        reject(
                ReasonCode.NOT_AUTHORIZED,
                "the session belongs to another client",
                Counter.CONNECTIONS_TO_FOREIGN_SESSIONS);
    }

    /** Whether the rules forbid the will, which is then logged with the rule. */
    private boolean isWillDenied(Permissions permissions) {
        Will will = connect.will();
        if (will == null) {
            return false;
        }
        Verdict verdict = permissions.will(will.topic(), will.qos(), will.retain());
        if (verdict.allows(will.qos())) {
            return false;
        }
        ShardBroker here = connection.here();
        byte[] topic = will.topic().bytes();
        Denials.note(Act.WILL, clientId, topic, verdict, here.shard(), here.log());
        return true;
    }

    private void open(Accepted accepted) {
        ShardBroker home = connection.here();
        if (isKeptOut(accepted.identity())) {
            return;
        }
        // asked for here, where rules that change meanwhile are applied
        Permissions permissions =
                home.access().authorizer().permissionsOf(accepted.identity(), origin);
        if (isWillDenied(permissions)) {
            reject(ReasonCode.NOT_AUTHORIZED, "it may not publish its will");
            return;
        }
        long asked = connect.sessionExpiryInterval();
        long expiry = Math.min(asked, connection.limits().session().maximumExpiry());
        int keepAlive = keepAlive(connection.limits());
        Properties properties = properties(expiry, asked, keepAlive, accepted.data());
        if (!connection.outbox().fits(new ConnAck(false, ReasonCode.SUCCESS, properties))) {
            reject(
                    ReasonCode.PACKET_TOO_LARGE,
                    "its Maximum Packet Size leaves no room for CONNACK");
            return;
        }
        authentication.letGo(); // the session counts from here on
        Opened opened =
                home.sessions()
                        .open(
                                clientId,
                                accepted.identity().owner(),
                                connect.cleanStart(),
                                expiry,
                                connect.will());
        if (opened == null) {
            reject(
                    ReasonCode.QUOTA_EXCEEDED,
                    "limits.memory has no room for its session",
                    Counter.CONNECTIONS_OVER_MEMORY);
            return;
        }
        // [v5 MQTT-3.2.2-2], [v5 MQTT-3.2.2-3], [v3 MQTT-3.2.2-1..3]
        ConnAck connAck = new ConnAck(opened.present(), ReasonCode.SUCCESS, properties);
        boolean isKept =
                authentication.method() != null || accepted.expiresAt() != Authenticator.NEVER;
        connection.open(
                opened.session(), accepted.identity(), permissions, isKept ? authentication : null);
        authentication.expireAt(accepted.expiresAt());
        Connection to = connection; // nothing of CONNECT waits for the store
        home.store().whenStored(failure -> stored(to, opened, connAck, keepAlive, failure));
    }

    private static void stored(
            Connection connection,
            Opened opened,
            ConnAck connAck,
            int keepAlive,
            @Nullable StoreFailure failure) {
        if (connection.phase() != Phase.OPENING) {
            return; // it closed meanwhile
        }
        if (failure == null) {
            connection.start(opened.session(), connAck, keepAlive);
            return;
        }
        if (!opened.present()) { // it is no session that another CONNECT could resume
            connection.here().sessions().changeExpiry(opened.session(), 0);
        }
        // before version 5 one return code stands for all of them [v3 MQTT-3.2.2-6]
        boolean v5 = connection.version().isV5();
        connection.reject(v5 ? failure.reasonCode() : ReasonCode.SERVER_UNAVAILABLE, failure.why());
    }

    /** The keep alive that counts, in seconds. */
    private int keepAlive(Limits limits) {
        int asked = connect.keepAlive();
        int most = limits.keepAliveMaximum();
        boolean lowered = most > 0 && (asked == 0 || asked > most) && connect.version().isV5();
        return lowered ? most : asked; // [v5 MQTT-3.2.2-22]
    }

    private Properties properties(long expiry, long asked, int keepAlive, byte[] data) {
        if (connect.version() != ProtocolVersion.V5) {
            return Properties.NONE;
        }
        Limits limits = connection.limits();
        Properties.Builder properties = Properties.builder();
        if (expiry != asked) {
            properties.add(Property.SESSION_EXPIRY_INTERVAL, expiry);
        }
        properties.add(Property.RECEIVE_MAXIMUM, limits.session().receiveMaximum());
        if (limits.maximumQos() < 2) { // [v5 MQTT-3.2.2-9]
            properties.add(Property.MAXIMUM_QOS, limits.maximumQos() == 1);
        }
        if (!limits.retainAvailable()) {
            properties.add(Property.RETAIN_AVAILABLE, false);
        }
        properties.add(Property.MAXIMUM_PACKET_SIZE, (long) limits.packetSize());
        if (limits.topicAliasMaximum() > 0) {
            properties.add(Property.TOPIC_ALIAS_MAXIMUM, limits.topicAliasMaximum());
        }
        if (connect.clientId().isEmpty()) { // [v5 MQTT-3.1.3-7], [v5 MQTT-3.2.2-16]
            properties.add(Property.ASSIGNED_CLIENT_IDENTIFIER, clientId);
        }
        if (keepAlive != connect.keepAlive()) {
            properties.add(Property.SERVER_KEEP_ALIVE, keepAlive);
        }
        String method = authentication.method();
        if (method != null) { // [v5 MQTT-4.12.0-5], [v5 MQTT-4.12.0-6]
            properties.add(Property.AUTHENTICATION_METHOD, method);
            if (data.length > 0) {
                properties.add(Property.AUTHENTICATION_DATA, new Binary(data));
            }
        }
        return properties.build();
    }

    private void reject(ReasonCode reasonCode, String why, Counter counter) {
        count(counter);
        reject(reasonCode, why);
    }

    private void count(Counter counter) {
        connection.shard().counters().increment(counter);
    }

    private boolean reject(ReasonCode reasonCode, String why) {
        noteRefusal(reasonCode, why);
        connection.reject(reasonCode, withClient(why));
        return false;
    }

    /** Whoever looks at the client whose identifier it is sees that as well. */
    private void noteRefusal(ReasonCode reasonCode, String why) {
        connection
                .here()
                .homeOf(clientId)
                .sessions()
                .refused(clientId, connection + " was refused with " + reasonCode + ": " + why);
    }

    private String withClient(String why) {
        return why + " (client identifier " + Utf8.quote(clientId) + ")";
    }
}
