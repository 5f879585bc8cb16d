package io.godwit.server;

import static io.godwit.server.SnSocket.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.gateway.sn.codec.ReturnCode;
import io.godwit.gateway.sn.codec.SnMessage;
import io.godwit.gateway.sn.codec.SnTopic;
import io.godwit.server.configuration.Configuration;
import io.godwit.server.configuration.ConfigurationProblems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Devices of MQTT-SN that are users by their client identifiers. */
@Timeout(120)
class MqttSnUsersTest {

    private static final String CONFIGURATION =
            """
            event-loops = 2
            admin.enabled = false
            persistence.mode = memory
            listeners.sn {
              type = mqtt-sn, bind = "127.0.0.1", port = 0
              users = [
                "sensor-7 = alice"
                "meter-* = meters"
              ]
            }
            authorization.rules = [
              { allow = publish, filter = "of/%u" }
              { allow = publish, filter = "readings/%c", user = meters }
            ]
            """;

    @TempDir private Path directory = Path.of("");
    private GodwitServer server;

    @BeforeEach
    void start() throws IOException, ConfigurationProblems {
        server = GodwitServer.start(configuration(CONFIGURATION));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Configuration configuration(String text) throws IOException, ConfigurationProblems {
        Path file = directory.resolve("godwit.conf");
        Files.writeString(file, text);
        return Configuration.load(file, Map.of()).withDataDir(directory.resolve("data"));
    }

    private SnSocket device() throws IOException {
        return new SnSocket(Objects.requireNonNull(server.addresses().get("sn")));
    }

    private static ReturnCode published(SnSocket device, String topic) throws IOException {
        int id = device.register(topic);
        device.send(new SnMessage.Publish(false, 1, false, new SnTopic.Normal(id), 3, bytes("x")));
        return ((SnMessage.PubAck) device.next()).code();
    }

    private static void expectRefused(SnSocket device, String clientId) throws IOException {
        device.send(new SnMessage.Connect(false, true, 1, 0, clientId))
                .expect(new SnMessage.ConnAck(ReturnCode.NOT_SUPPORTED));
    }

    @Test
    void rulesAboutUsersHoldForTheirDevices() throws Exception {
        try (SnSocket sensor = device();
                SnSocket meter = device()) {
            sensor.connect("sensor-7", true);
            assertThat(published(sensor, "of/alice")).isEqualTo(ReturnCode.ACCEPTED);
            assertThat(published(sensor, "of/meters")).isEqualTo(ReturnCode.NOT_SUPPORTED);
            assertThat(published(sensor, "readings/sensor-7")).isEqualTo(ReturnCode.NOT_SUPPORTED);
            meter.connect("meter-12", true);
            assertThat(published(meter, "of/meters")).isEqualTo(ReturnCode.ACCEPTED);
            assertThat(published(meter, "readings/meter-12")).isEqualTo(ReturnCode.ACCEPTED);
            assertThat(published(meter, "readings/meter-13")).isEqualTo(ReturnCode.NOT_SUPPORTED);
        }
    }

    @Test
    void othersAreRefusedUnlessAnonymousClientsMayConnect() throws Exception {
        try (SnSocket device = device()) {
            expectRefused(device, "sensor-8");
            server.reload(configuration(CONFIGURATION + "\nlisteners.sn.anonymous = true\n"));
            device.connect("sensor-8", true);
            assertThat(published(device, "of/alice")).isEqualTo(ReturnCode.NOT_SUPPORTED);
        }
    }

    @Test
    void aReloadGivesOtherUsersAndDisconnectsNobody() throws Exception {
        try (SnSocket before = device();
                SnSocket after = device()) {
            before.connect("sensor-7", true);
            String changed =
                    CONFIGURATION
                            .replace("sensor-7 = alice", "sensor-9 = bob")
                            .replace("\"meter-* = meters\"", "");
            assertThat(server.reload(configuration(changed)).disconnects()).isZero();
            assertThat(published(before, "of/alice")).isEqualTo(ReturnCode.ACCEPTED);
            after.connect("sensor-9", true);
            assertThat(published(after, "of/bob")).isEqualTo(ReturnCode.ACCEPTED);
        }
        try (SnSocket meter = device()) {
            expectRefused(meter, "meter-12");
        }
    }
}
