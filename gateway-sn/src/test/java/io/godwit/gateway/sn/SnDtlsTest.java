package io.godwit.gateway.sn;

import static io.godwit.gateway.sn.SnClient.publish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.godwit.broker.auth.AccessControl;
import io.godwit.broker.auth.AnonymousAuthenticator;
import io.godwit.broker.auth.OpenAuthorizer;
import io.godwit.gateway.sn.SnSettings.ClientCertificates;
import io.godwit.gateway.sn.codec.ReturnCode;
import io.godwit.gateway.sn.codec.SnMessage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Devices that speak DTLS with pre-shared keys. */
@Timeout(120)
class SnDtlsTest {

    private static final String KEY_A = "000102030405060708090a0b0c0d0e0f";
    private static final String KEY_B = "101112131415161718191a1b1c1d1e1f";

    @TempDir private Path directory = Path.of("");
    private SnServer server;
    private final List<DtlsDevice> devices = new ArrayList<>();

    @BeforeEach
    void start() throws Exception {
        DtlsKeys keys = keys("a:" + KEY_A + "\nb:" + KEY_B);
        Path file = directory.resolve("psk");
        server =
                new SnServer(
                        it ->
                                SnTestSettings.encrypted(
                                        it,
                                        new SnSettings.Dtls(
                                                file,
                                                null,
                                                null,
                                                ClientCertificates.NONE,
                                                List.of(),
                                                List.of(),
                                                10)),
                        _ -> {},
                        new AccessControl(new AnonymousAuthenticator(true), new OpenAuthorizer()),
                        keys);
    }

    @AfterEach
    void close() {
        devices.forEach(DtlsDevice::close);
        server.close();
    }

    private DtlsKeys keys(String lines) throws Exception {
        Path file = Files.writeString(directory.resolve("psk"), lines);
        return new DtlsKeys(PreSharedKeys.read(file), List.of(), null, null);
    }

    private DtlsDevice device(String identity, String key) {
        return added(DtlsDevice.withKey(server.address(), identity, key));
    }

    private DtlsDevice added(DtlsDevice device) {
        devices.add(device);
        return device;
    }

    @Test
    void aConversationIsAsWithoutEncryption() {
        DtlsDevice subscriber = device("a", KEY_A).connect("s", true);
        int topic = subscriber.subscribe("x/y", 1);
        DtlsDevice publisher = device("b", KEY_B).connect("p", true);
        publisher.send(new SnMessage.Register(0, 1, SnClient.bytes("x/y")));
        int id = ((SnMessage.RegAck) publisher.next()).topicId();
        publisher
                .send(publish(1, id, 2, "hello"))
                .expect(new SnMessage.PubAck(id, 2, ReturnCode.ACCEPTED));
        SnMessage.Publish got = (SnMessage.Publish) subscriber.next();
        assertThat(got).isEqualTo(publish(1, topic, got.messageId(), "hello"));
    }

    @Test
    void whoDoesNotHaveTheKeyGetsNowhere() throws Exception {
        device("c", KEY_A).send(SnClient.connect("c", false, true, 0));
        await().until(() -> server.count(SnCounter.HANDSHAKES_FAILED) == 1);
        device("a", KEY_B).send(SnClient.connect("c", false, true, 0));
        await().until(() -> server.count(SnCounter.HANDSHAKES_FAILED) > 1);
        SnClient plain = server.client().send(SnClient.connect("c", false, true, 0));
        device("a", KEY_A).connect("d", true); // and meanwhile the others have not been heard
        assertThat(server.session("c")).isEmpty();
        plain.close();
    }

    @Test
    void aSleeperIsNotMovedByAnotherIdentity() {
        DtlsDevice sleeper = device("a", KEY_A).connect("s", true);
        sleeper.send(new SnMessage.Disconnect(600)).expect(new SnMessage.Disconnect(0));
        DtlsDevice other = device("b", KEY_B);
        other.send(SnClient.connect("s", false, false, 0))
                .expect(new SnMessage.ConnAck(ReturnCode.CONGESTION));
        other.send(new SnMessage.PingRequest("s")).expect(new SnMessage.Disconnect(0));
        other.connect("o", true);
        sleeper.send(new SnMessage.PingRequest("s")).expect(new SnMessage.PingResponse());
        assertThat(server.count(SnCounter.MOVES)).isZero();
    }

    @Test
    void aSleeperComesBackInAnotherSession() {
        device("a", KEY_A)
                .connect("s", true)
                .send(new SnMessage.Disconnect(600))
                .expect(new SnMessage.Disconnect(0));
        DtlsDevice again = device("a", KEY_A);
        again.send(new SnMessage.PingRequest("s"))
                .expect(new SnMessage.PingRequest(null))
                .send(new SnMessage.PingResponse())
                .expect(new SnMessage.PingResponse());
        assertThat(server.count(SnCounter.MOVES)).isEqualTo(1);
    }

    @Test
    void withAConnectionIdentifierASessionMovesWithItsDevice() throws Exception {
        try (Nat nat = new Nat(server.address())) {
            DtlsDevice device = added(DtlsDevice.withKey(nat.address(), "a", KEY_A));
            device.connect("s", true);
            int topic = device.subscribe("x/y", 0);
            nat.rebind();
            device.send(new SnMessage.PingRequest(null)).expect(new SnMessage.PingResponse());
            device.send(publish(0, topic, 0, "moved")).expect(publish(0, topic, 0, "moved"));
        }
    }

    @Test
    void otherKeysEndTheSessionsThatTheyDoNotAdmit() throws Exception {
        DtlsDevice stays = device("a", KEY_A).connect("s", true);
        DtlsDevice goes = device("b", KEY_B).connect("g", true);
        server.listener().replace(keys("a:" + KEY_A + "\nb:" + KEY_A));
        stays.send(new SnMessage.PingRequest(null)).expect(new SnMessage.PingResponse());
        goes.expectEnd();
        device("b", KEY_A).connect("h", true);
    }

    @Test
    void aHandshakeThatWasBegunWithAKeyThatIsGoneLeadsNowhere() throws Exception {
        try (Nat nat = new Nat(server.address())) {
            nat.hold(SnDtlsTest::isEncrypted); // its Finished, when the gateway has used the key
            DtlsDevice goes = added(DtlsDevice.withKey(nat.address(), "b", KEY_B));
            goes.send(SnClient.connect("g", false, true, 0));
            nat.awaitHeld();
            server.listener().replace(keys("a:" + KEY_A));
            nat.release();
            assertThat(goes.failure()).isNotNull();
            assertThat(server.session("g")).isEmpty();
        }
    }

    private static boolean isEncrypted(byte[] record) {
        return record[4] != 0; // the epoch
    }

    @Test
    void aDeviceThatIsSilentIsLostAsAnyOther() {
        device("a", KEY_A)
                .send(SnClient.connect("s", false, true, 10))
                .expect(new SnMessage.ConnAck(ReturnCode.ACCEPTED));
        server.pass(Duration.ofSeconds(16));
        await().until(() -> server.count(SnCounter.CLIENTS_LOST) == 1);
    }
}
