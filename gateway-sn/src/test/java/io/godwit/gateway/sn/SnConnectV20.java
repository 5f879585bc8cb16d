package io.godwit.gateway.sn;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.godwit.codec.Binary;
import io.godwit.gateway.sn.codec.ConnectOptions;
import io.godwit.gateway.sn.codec.SnAuthentication;
import io.godwit.gateway.sn.codec.SnMessage;
import io.godwit.gateway.sn.codec.SnTopic;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A CONNECT of version 2.0 as a test wants it: with Clean Start and without much else. */
final class SnConnectV20 {

    private final String clientId;
    private int messageId = 1;
    private int protocol = 2;
    private int keepAlive = 60;
    private boolean clean = true;
    private int packetSize;
    private @Nullable Integer awakeMessages;
    private @Nullable Long expiry;
    private ConnectOptions.@Nullable Will will;
    private @Nullable SnAuthentication authentication;
    private boolean moves;

    private SnConnectV20(String clientId) {
        this.clientId = clientId;
    }

    static SnConnectV20 of(String clientId) {
        return new SnConnectV20(clientId);
    }

    SnConnectV20 id(int id) {
        messageId = id;
        return this;
    }

    SnConnectV20 protocol(int version) {
        protocol = version;
        return this;
    }

    SnConnectV20 keepAlive(int seconds) {
        keepAlive = seconds;
        return this;
    }

    /** Without Clean Start. */
    SnConnectV20 resume() {
        clean = false;
        return this;
    }

    SnConnectV20 packetSize(int most) {
        packetSize = most;
        return this;
    }

    SnConnectV20 awakeMessages(int most) {
        awakeMessages = most;
        return this;
    }

    SnConnectV20 expiry(long seconds) {
        expiry = seconds;
        return this;
    }

    /** At QoS 0. */
    SnConnectV20 will(SnTopic topic, String payload) {
        will = new ConnectOptions.Will(topic, 0, false, SnClient.bytes(payload));
        return this;
    }

    SnConnectV20 will(String topic, String payload) {
        return will(new SnTopic.Name(SnClient.bytes(topic)), payload);
    }

    SnConnectV20 basic(String userName, String password) {
        byte[] user = userName.getBytes(UTF_8);
        byte[] secret = password.getBytes(UTF_8);
        ByteBuffer data = ByteBuffer.allocate(4 + user.length + secret.length);
        data.putShort((short) user.length).put(user);
        data.putShort((short) secret.length).put(secret);
        return authentication(SnAuthentication.BASIC, data.array());
    }

    SnConnectV20 authentication(String method, byte... data) {
        authentication = new SnAuthentication(method, new Binary(data));
        return this;
    }

    /** May speak from elsewhere. */
    SnConnectV20 moves() {
        moves = true;
        return this;
    }

    SnMessage.Connect message() {
        return new SnMessage.Connect(
                will != null,
                clean,
                protocol,
                keepAlive,
                clientId,
                new ConnectOptions(
                        messageId,
                        packetSize,
                        awakeMessages,
                        expiry,
                        will,
                        authentication,
                        moves,
                        false));
    }
}
