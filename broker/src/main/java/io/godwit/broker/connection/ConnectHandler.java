package io.godwit.broker.connection;

import io.godwit.broker.auth.Authenticator.Accepted;
import io.godwit.broker.auth.Authenticator.Challenged;
import io.godwit.broker.auth.Authenticator.Decision;
import io.godwit.broker.auth.Authenticator.Passed;
import io.godwit.broker.auth.Authenticator.Refused;
import io.godwit.broker.auth.Credentials;
import io.godwit.broker.auth.Identity;
import io.godwit.broker.auth.Permissions;
import io.godwit.broker.auth.Verdict;
import io.godwit.broker.limits.Limits;
import io.godwit.broker.session.Denials;
import io.godwit.broker.session.Denials.Act;
import io.godwit.broker.session.Sessions.Opened;
import io.godwit.broker.spi.StoreFailure;
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
    private final String clientId;

    ConnectHandler(Connection connection, Connect connect) {
        this.connection = connection;
        this.connect = connect;
        this.clientId = connect.clientId().isEmpty() ? newClientId() : connect.clientId();
    }

    /** A Client Identifier that no one else has [v5 MQTT-3.1.3-6], [v3 MQTT-3.1.3-6]. */
    private String newClientId() {
        byte[] bytes = new byte[16];
        connection.shard().random().nextBytes(bytes);
        return "godwit-" + HexFormat.of().formatHex(bytes);
    }

    void handle() {
        ShardBroker here = connection.here();
        Limits limits = here.limits();
        if (!here.connectRate().admit(here.shard().now())) {
            reject(ReasonCode.CONNECTION_RATE_EXCEEDED, "limits.connect-rate is exceeded");
        } else if (here.connected().incrementAndGet() > limits.connections()) {
            here.connected().decrementAndGet();
            reject(ReasonCode.QUOTA_EXCEEDED, "limits.connections is reached");
        } else {
            connection.takePlace();
            if (check()) {
                Credentials credentials =
                        new Credentials(
                                clientId,
                                connect.userName(),
                                connect.password(),
                                null,
                                null,
                                connection.origin(),
                                null);
                here.access()
                        .authenticator()
                        .authenticate(
                                credentials,
                                decision -> here.shard().control(() -> arrived(decision)));
            }
        }
    }

    /** Whether the packet can be accepted at all; if not it is answered. */
    private boolean check() {
        if (connect.clientId().isEmpty() && !mayBeEmpty()) {
            return reject(
                    ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
                    "an empty client identifier is not allowed here");
        }
        String method = connect.properties().get(Property.AUTHENTICATION_METHOD);
        if (method != null) { // [v5 MQTT-4.12.0-1]
            return reject(
                    ReasonCode.BAD_AUTHENTICATION_METHOD,
                    "authentication method " + Utf8.quote(method) + " is not known");
        }
        Will will = connect.will();
        if (will != null && TopicLimits.exceeded(will.topic(), connection.here().limits())) {
            return reject(
                    ReasonCode.TOPIC_NAME_INVALID,
                    "the will topic is over limits.topic-levels or limits.topic-length");
        }
        return true;
    }

    private boolean mayBeEmpty() {
        return switch (connect.version()) {
            case V3_1 -> false;
            case V3_1_1 -> connect.cleanStart(); // [v3 MQTT-3.1.3-8]
            case V5 -> true;
        };
    }

    private void arrived(Decision decision) {
        if (connection.isDeciding()) { // else it closed meanwhile
            connection.attempt(() -> decided(decision));
        }
    }

    private void decided(Decision decision) {
        switch (decision) {
            case Accepted(Identity identity, long _, byte[] _) -> admitted(identity);
            case Refused(ReasonCode reasonCode, String why) -> reject(reasonCode, why);
            case Passed(String why) -> reject(ReasonCode.NOT_AUTHORIZED, why);
            case Challenged _ ->
                    reject(ReasonCode.BAD_AUTHENTICATION_METHOD, "no method was named");
        }
    }

    private void admitted(Identity identity) {
        connection.moveTo(connection.here().homeOf(clientId), () -> open(identity));
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

    private void open(Identity identity) {
        ShardBroker home = connection.here();
        // asked for here, where rules that change meanwhile are applied
        Permissions permissions =
                home.access().authorizer().permissionsOf(identity, connection.origin());
        if (isWillDenied(permissions)) {
            reject(ReasonCode.NOT_AUTHORIZED, "it may not publish its will");
            return;
        }
        long asked = connect.sessionExpiryInterval();
        long expiry = Math.min(asked, home.limits().session().maximumExpiry());
        int keepAlive = keepAlive(home.limits());
        Properties properties = properties(expiry, asked, keepAlive);
        if (!connection.fits(new ConnAck(false, ReasonCode.SUCCESS, properties))) {
            reject(
                    ReasonCode.PACKET_TOO_LARGE,
                    "its Maximum Packet Size leaves no room for CONNACK");
            return;
        }
        Opened opened =
                home.sessions().open(clientId, connect.cleanStart(), expiry, connect.will());
        if (opened == null) {
            reject(ReasonCode.QUOTA_EXCEEDED, "limits.memory has no room for its session");
            return;
        }
        // [v5 MQTT-3.2.2-2], [v5 MQTT-3.2.2-3], [v3 MQTT-3.2.2-1..3]
        ConnAck connAck = new ConnAck(opened.present(), ReasonCode.SUCCESS, properties);
        connection.open(opened.session(), identity, permissions);
        home.store().whenStored(failure -> stored(opened, connAck, keepAlive, failure));
    }

    private void stored(
            Opened opened, ConnAck connAck, int keepAlive, @Nullable StoreFailure failure) {
        if (!connection.isOpening()) {
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
        boolean v5 = connect.version().isV5();
        reject(v5 ? failure.reasonCode() : ReasonCode.SERVER_UNAVAILABLE, failure.why());
    }

    /** The keep alive that counts, in seconds. */
    private int keepAlive(Limits limits) {
        int asked = connect.keepAlive();
        int most = limits.keepAliveMaximum();
        boolean lowered = most > 0 && (asked == 0 || asked > most) && connect.version().isV5();
        return lowered ? most : asked; // [v5 MQTT-3.2.2-22]
    }

    private Properties properties(long expiry, long asked, int keepAlive) {
        if (connect.version() != ProtocolVersion.V5) {
            return Properties.NONE;
        }
        Limits limits = connection.here().limits();
        Properties.Builder properties = Properties.builder();
        if (expiry != asked) {
            properties.add(Property.SESSION_EXPIRY_INTERVAL, expiry);
        }
        properties.add(Property.RECEIVE_MAXIMUM, limits.session().receiveMaximum());
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
        return properties.build();
    }

    private boolean reject(ReasonCode reasonCode, String why) {
        connection.reject(reasonCode, why + " (client identifier " + Utf8.quote(clientId) + ")");
        return false;
    }
}
