package io.godwit.client.core;

import io.godwit.client.ConnectRefused;
import io.godwit.client.ConnectionLost;
import io.godwit.client.Credentials;
import io.godwit.client.Message;
import io.godwit.client.MqttException;
import io.godwit.client.auth.EnhancedAuthentication;
import io.godwit.client.network.Link;
import io.godwit.client.network.ServerAddress;
import io.godwit.codec.Auth;
import io.godwit.codec.Binary;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Connect;
import io.godwit.codec.Packet;
import io.godwit.codec.PacketException;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolError;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.Utf8;
import io.godwit.codec.Will;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** CONNECT and what follows until CONNACK, on one thread that may wait. */
final class Handshake {

    private final ClientSettings settings;
    private final ServerAddress server;
    private final Link link;
    private final PacketReader reader;
    private final EnhancedAuthentication.@Nullable Exchange exchange;

    Handshake(ClientSettings settings, ServerAddress server, Link link, PacketReader reader) {
        this.settings = settings;
        this.server = server;
        this.link = link;
        this.reader = reader;
        EnhancedAuthentication authentication = settings.authentication();
        this.exchange = authentication == null ? null : authentication.begin();
    }

    /**
     * Sends CONNECT and waits for CONNACK.
     *
     * @throws ConnectRefused if the server refuses
     * @throws MqttException if enhanced authentication fails
     */
    ConnAck connect(String clientId, boolean cleanStart) throws IOException, PacketException {
        send(connectPacket(clientId, cleanStart)); // [v5 MQTT-3.1.0-1], [v3 MQTT-3.1.0-1]
        while (true) {
            Packet packet = reader.next();
            if (packet == null) {
                throw new ConnectionLost(
                        server + " has closed the connection instead of answering CONNECT", null);
            }
            if (packet instanceof ConnAck connAck) {
                return accepted(connAck, cleanStart);
            }
            if (!(packet instanceof Auth auth)) {
                throw new ProtocolError(packet.type() + ": it came before CONNACK");
            }
            answer(auth);
        }
    }

    private ConnAck accepted(ConnAck connAck, boolean cleanStart) throws ProtocolError {
        Properties properties = connAck.properties();
        if (connAck.reasonCode() != ReasonCode.SUCCESS) {
            throw new ConnectRefused(
                    server
                            + " refuses the connection: "
                            + Refusals.words(connAck.reasonCode(), properties),
                    connAck.reasonCode(),
                    properties);
        }
        if (cleanStart && connAck.sessionPresent()) { // [v5 MQTT-3.2.2-4]
            throw new ProtocolError("CONNACK: Session Present is set after Clean Start");
        }
        if (exchange != null) {
            checkMethod(properties);
            exchange.succeeded(data(properties));
        }
        return connAck;
    }

    private void answer(Auth auth) throws IOException, ProtocolError {
        if (exchange == null || auth.reasonCode() != ReasonCode.CONTINUE_AUTHENTICATION) {
            throw new ProtocolError("AUTH: it came unasked"); // [v5 MQTT-4.12.0-7]
        }
        checkMethod(auth.properties());
        byte[] next = exchange.next(data(auth.properties()));
        // [v5 MQTT-4.12.0-3]
        send(authPacket(settings, ReasonCode.CONTINUE_AUTHENTICATION, next));
    }

    private void checkMethod(Properties properties) throws ProtocolError {
        checkMethod(settings, properties);
    }

    /** Fails where a server answers with another method [v5 MQTT-4.12.0-5]. */
    static void checkMethod(ClientSettings settings, Properties properties) throws ProtocolError {
        String method = properties.get(Property.AUTHENTICATION_METHOD);
        EnhancedAuthentication wanted = settings.authentication();
        if (method != null && wanted != null && !method.equals(wanted.method())) {
            throw new ProtocolError(
                    "the Authentication Method is %s where '%s' was asked for"
                            .formatted(Utf8.quote(method), wanted.method()));
        }
    }

    static byte @Nullable [] data(Properties properties) {
        Binary data = properties.get(Property.AUTHENTICATION_DATA);
        return data == null ? null : data.bytes();
    }

    static Auth authPacket(ClientSettings settings, ReasonCode code, byte @Nullable [] data) {
        Properties.Builder properties = Properties.builder();
        addAuthentication(settings, properties, data);
        return new Auth(code, properties.build());
    }

    private static void addAuthentication(
            ClientSettings settings, Properties.Builder properties, byte @Nullable [] data) {
        EnhancedAuthentication authentication = settings.authentication();
        if (authentication != null) {
            properties.add(Property.AUTHENTICATION_METHOD, authentication.method());
            if (data != null) {
                properties.add(Property.AUTHENTICATION_DATA, new Binary(data));
            }
        }
    }

    private void send(Packet packet) throws IOException {
        link.write(PacketReader.encode(packet, settings.version()));
    }

    private Connect connectPacket(String clientId, boolean cleanStart) {
        Credentials credentials = settings.credentials().get();
        if (credentials == null) {
            credentials = server.credentials();
        }
        String userName = credentials == null ? null : credentials.userName();
        byte[] password = credentials == null ? null : credentials.password();
        if (!settings.version().isV5() && userName == null && password != null) {
            throw new MqttException( // [v3 MQTT-3.1.2-22]
                    "there is a password without a user name, which MQTT has from version 5 on",
                    null);
        }
        return new Connect(
                settings.version(),
                clientId,
                cleanStart,
                settings.keepAlive(),
                will(),
                userName,
                password,
                settings.version().isV5() ? properties() : Properties.NONE);
    }

    private Properties properties() {
        Properties.Builder properties = Properties.builder();
        if (settings.sessionExpiry() > 0) {
            properties.add(Property.SESSION_EXPIRY_INTERVAL, settings.sessionExpiry());
        }
        properties.add(Property.RECEIVE_MAXIMUM, settings.receiveMaximum());
        if (settings.maximumPacketSize() < ClientSettings.LARGEST_PACKET) {
            properties.add(Property.MAXIMUM_PACKET_SIZE, settings.maximumPacketSize());
        }
        if (settings.topicAliasMaximum() > 0) {
            properties.add(Property.TOPIC_ALIAS_MAXIMUM, settings.topicAliasMaximum());
        }
        if (exchange != null) {
            addAuthentication(settings, properties, exchange.first());
        }
        return properties.addAll(settings.connectProperties()).build();
    }

    private @Nullable Will will() {
        Message message = settings.will();
        if (message == null) {
            return null;
        }
        ProtocolVersion version = settings.version();
        Properties properties = version.isV5() ? message.properties() : Properties.NONE;
        long delay = settings.willDelay().toSeconds();
        if (version.isV5() && delay > 0) {
            properties =
                    properties.with(Property.WILL_DELAY_INTERVAL, Math.min(delay, 0xFFFF_FFFFL));
        }
        return new Will(
                message.topic(), message.payload(), message.qos(), message.retain(), properties);
    }
}
