package io.godwit.server;

import static io.godwit.server.SnSocket.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.codec.Binary;
import io.godwit.gateway.sn.codec.ConnectOptions;
import io.godwit.gateway.sn.codec.MalformedDatagram;
import io.godwit.gateway.sn.codec.ReturnCode;
import io.godwit.gateway.sn.codec.SnCodecV20;
import io.godwit.gateway.sn.codec.SnEnvelope;
import io.godwit.gateway.sn.codec.SnMessage;
import io.godwit.gateway.sn.codec.SnScheme;
import io.godwit.gateway.sn.codec.SnTopic;
import io.godwit.server.configuration.Configuration;
import io.godwit.server.configuration.ConfigurationProblems;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Devices of MQTT-SN 2.0 that protect their packets, at a whole server. */
@Timeout(120)
class MqttSnProtectionTest {

    private static final String SENDER = "0102030405060708";
    private static final String KEY = "000102030405060708090a0b0c0d0e0f";
    private static final String OTHER_KEY = "101112131415161718191a1b1c1d1e1f";

    private static final SnMessage ACCEPTED = new SnMessage.ConnAck(ReturnCode.ACCEPTED, 7);

    @TempDir private Path directory = Path.of("");

    /** A device with a socket of its own. */
    private static final class Device implements AutoCloseable {

        private final DatagramSocket socket;
        private final InetSocketAddress gateway;
        private final byte[] key;
        private long counter;

        Device(GodwitServer server, String key) throws IOException {
            this.gateway = Objects.requireNonNull(server.addresses().get("sn"));
            this.key = HexFormat.of().parseHex(key);
            this.socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
            socket.setSoTimeout(20_000);
        }

        Device send(SnMessage message) throws IOException, GeneralSecurityException {
            byte[] packet = SnCodecV20.INSTANCE.encode(null, message);
            SnEnvelope envelope =
                    new SnEnvelope(
                            false,
                            SnScheme.HMAC_SHA256,
                            32,
                            new Binary(HexFormat.of().parseHex(SENDER)),
                            new Binary(new byte[4]),
                            new Binary(new byte[0]),
                            4,
                            ++counter);
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update(envelope.head(packet.length));
            Binary tag = new Binary(mac.doFinal(packet));
            byte[] datagram =
                    SnCodecV20.INSTANCE.encode(
                            null, new SnMessage.Protected(envelope, new Binary(packet), tag));
            socket.send(new DatagramPacket(datagram, datagram.length, gateway));
            return this;
        }

        Device expect(SnMessage expected) throws IOException, MalformedDatagram {
            byte[] buffer = new byte[1_500];
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            socket.receive(packet);
            SnMessage.Protected whole =
                    (SnMessage.Protected)
                            SnCodecV20.INSTANCE
                                    .decode(ByteBuffer.wrap(buffer, 0, packet.getLength()))
                                    .message();
            assertThat(
                            SnCodecV20.INSTANCE
                                    .decode(ByteBuffer.wrap(whole.packet().bytes()))
                                    .message())
                    .isEqualTo(expected);
            return this;
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    private Configuration configuration(String key) throws IOException, ConfigurationProblems {
        Path keys = directory.resolve("senders");
        Files.writeString(keys, "pump:%s:hmac-sha256:%s\n".formatted(SENDER, key));
        Path file = directory.resolve("godwit.conf");
        Files.writeString(
                file,
                """
                event-loops = 1
                admin.enabled = false
                persistence.mode = memory
                listeners.sn {
                  type = mqtt-sn, bind = "127.0.0.1", port = 0, versions = [2.0]
                  protection-file = "%s", predefined = ["1 = of/pump", "2 = of/x"]
                }
                authorization.rules = [ { allow = publish, filter = "of/%%u" } ]
                """
                        .formatted(keys));
        return Configuration.load(file, Map.of()).withDataDir(directory.resolve("data"));
    }

    private static SnMessage connect(String clientId) {
        ConnectOptions options = new ConnectOptions(7, 0, null, null, null, null, false, false);
        return new SnMessage.Connect(
                false, true, SnCodecV20.PROTOCOL_VERSION, 60, clientId, options);
    }

    private static SnMessage publish(int predefined) {
        return new SnMessage.Publish(
                false, 1, false, new SnTopic.Predefined(predefined), 3, bytes("x"));
    }

    @Test
    void aKeySaysWhoTheDeviceIs() throws Exception {
        try (GodwitServer server = GodwitServer.start(configuration(KEY));
                Device stranger = new Device(server, OTHER_KEY);
                Device pump = new Device(server, KEY)) {
            stranger.send(connect("s"));
            pump.send(connect("p")).expect(ACCEPTED);
            pump.send(publish(1)).expect(new SnMessage.PubAck(0, 3, ReturnCode.ACCEPTED));
            pump.send(publish(2)).expect(new SnMessage.PubAck(0, 3, ReturnCode.NOT_AUTHORIZED));
            assertThat(server.broker().session("p").get(30, TimeUnit.SECONDS))
                    .get()
                    .matches(it -> "pump".equals(it.userName()));
            assertThat(server.broker().session("s").get(30, TimeUnit.SECONDS)).isEmpty();
        }
    }

    @Test
    void aReloadWithOtherKeysOpensThePortAnew() throws Exception {
        try (GodwitServer server = GodwitServer.start(configuration(KEY));
                Device pump = new Device(server, KEY)) {
            pump.send(connect("p")).expect(ACCEPTED);
            assertThat(server.reload(configuration(KEY)).disconnects()).isZero();
            Configuration changed = configuration(OTHER_KEY);
            assertThat(server.plan(changed).disconnects()).isEqualTo(1);
            assertThat(server.reload(changed).disconnects()).isEqualTo(1);
            try (Device again = new Device(server, OTHER_KEY)) {
                again.send(connect("p")).expect(ACCEPTED);
            }
        }
    }
}
