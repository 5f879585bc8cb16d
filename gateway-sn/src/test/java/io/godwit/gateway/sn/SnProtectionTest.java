package io.godwit.gateway.sn;

import static io.godwit.gateway.sn.SnClient.publish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.godwit.broker.auth.AccessControl;
import io.godwit.broker.auth.Authenticator.Accepted;
import io.godwit.broker.auth.Identity;
import io.godwit.broker.auth.OpenAuthorizer;
import io.godwit.gateway.sn.ProtectedDevice.Scheme;
import io.godwit.gateway.sn.codec.ReturnCode;
import io.godwit.gateway.sn.codec.SnCodec;
import io.godwit.gateway.sn.codec.SnMessage;
import io.godwit.gateway.sn.codec.SnTopic;
import io.godwit.gateway.sn.codec.SnVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Devices of version 2.0 that protect their packets. */
class SnProtectionTest {

    @TempDir private Path directory = Path.of("");
    private SnServer server;

    @BeforeEach
    void start() throws Exception {
        StringBuilder lines = new StringBuilder("# identity:sender:scheme:key\n\n");
        for (Scheme scheme : Scheme.values()) {
            lines.append(ProtectedDevice.line("user-" + scheme, scheme, 10 + scheme.ordinal()));
        }
        lines.append(ProtectedDevice.line("other", Scheme.AES_GCM_128, 2));
        Path file = Files.writeString(directory.resolve("senders"), lines);
        server =
                new SnServer(
                        it -> SnTestSettings.protectedBy(it, file),
                        _ -> {},
                        new AccessControl(
                                (credentials, decided) ->
                                        decided.accept(
                                                new Accepted(
                                                        new Identity(
                                                                credentials.clientId(),
                                                                credentials
                                                                        .origin()
                                                                        .pskIdentity()))),
                                new OpenAuthorizer()),
                        null);
    }

    @AfterEach
    void close() {
        server.close();
    }

    private SnClient client() {
        return server.client(SnVersion.V2_0);
    }

    private ProtectedDevice device(SnClient at, Scheme scheme) {
        return new ProtectedDevice(at, scheme, 10 + scheme.ordinal());
    }

    private ProtectedDevice other(SnClient at) {
        return new ProtectedDevice(at, Scheme.AES_GCM_128, 2);
    }

    private static SnMessage.Connect connect(String clientId) {
        return SnConnectV20.of(clientId).message();
    }

    private static SnMessage refused(ReturnCode code) {
        return new SnMessage.ConnAck(code, 1);
    }

    private void isRefused(int times) {
        await().until(() -> server.count(SnCounter.PROTECTION_REFUSED) == times);
    }

    @ParameterizedTest
    @EnumSource
    void aConversationIsAsWithoutProtection(Scheme scheme) {
        ProtectedDevice device = device(client(), scheme).connect(SnConnectV20.of("c"));
        int alias = device.subscribe("a");
        device.send(publish(0, alias, 0, "hello")).expect(publish(0, alias, 0, "hello"));
        device.send(publish(1, alias, 3, "hello"));
        List<SnMessage> both = List.of(device.next(), device.next());
        assertThat(both).contains(new SnMessage.PubAck(0, 3, ReturnCode.ACCEPTED));
        SnMessage.Publish got =
                both.stream()
                        .filter(SnMessage.Publish.class::isInstance)
                        .map(SnMessage.Publish.class::cast)
                        .findFirst()
                        .orElseThrow();
        assertThat(got).isEqualTo(publish(1, alias, got.messageId(), "hello"));
        device.send(new SnMessage.PubAck(0, got.messageId(), ReturnCode.ACCEPTED)).expectNothing();
        assertThat(server.session("c"))
                .get()
                .matches(it -> ("user-" + scheme).equals(it.userName()));
        assertThat(server.count(SnCounter.PROTECTION_REFUSED)).isZero();
    }

    @Test
    void aForwarderSpeaksForThoseWhoProtectForThemselves() {
        SnClient forwarder = client();
        ProtectedDevice first = device(forwarder, Scheme.AES_GCM_256).node((byte) 1);
        ProtectedDevice second = other(forwarder).node((byte) 2);
        first.connect(SnConnectV20.of("first"));
        second.connect(SnConnectV20.of("second")).expectNothing();
        first.expectNothing();
    }

    @Test
    void nothingIsTakenTwice() {
        SnClient client = client();
        ProtectedDevice device = device(client, Scheme.HMAC_SHA256).connect(SnConnectV20.of("c"));
        int alias = device.subscribe("a");
        SnCodec.Frame frame = new SnCodec.Frame(null, publish(0, alias, 0, "once"));
        byte[] early = device.datagram(frame);
        byte[] late = device.datagram(frame);
        client.sendRaw(late).sendRaw(early); // the network may do that
        device.expect(frame.message()).expect(frame.message());
        client.sendRaw(late).sendRaw(early);
        device.expectNothing();
        assertThat(server.count(SnCounter.PROTECTION_REFUSED)).isEqualTo(2);
        byte[] kept = device.datagram(frame);
        device.counts(1_000).expectNothing();
        client.sendRaw(kept);
        device.expectNothing();
        assertThat(server.count(SnCounter.PROTECTION_REFUSED)).isEqualTo(3);
    }

    @Test
    void whoDoesNotHaveTheKeyIsSomebodyElse() {
        SnClient client = client();
        ProtectedDevice device = device(client, Scheme.AES_GCM_128).connect(SnConnectV20.of("c"));
        client.send(connect("c")).expect(refused(ReturnCode.CONGESTION));
        client.send(new SnMessage.PingRequest(7, null))
                .expect(new SnMessage.Disconnect(ReturnCode.NO_VIRTUAL_CONNECTION));
        other(client).send(connect("c")).expect(refused(ReturnCode.CONGESTION));
        device.expectNothing()
                .send(new SnMessage.SleepRequest(true, 3, 600))
                .expect(new SnMessage.SleepResponse(3, null, ReturnCode.ACCEPTED));
        client().send(connect("c")).expect(refused(ReturnCode.CONGESTION));
        other(client()).counts(200).send(connect("c")).expect(refused(ReturnCode.CONGESTION));
        device.send(new SnMessage.PingRequest(4, null)).expect(new SnMessage.PingResponse(4, 0));
        assertThat(server.count(SnCounter.MOVES)).isZero();
    }

    @Test
    void aSleeperThatProtectsItsPacketsMayWakeUpElsewhere() {
        device(client(), Scheme.AES_GCM_128)
                .connect(SnConnectV20.of("c").moves())
                .send(new SnMessage.SleepRequest(true, 3, 600))
                .expect(new SnMessage.SleepResponse(3, null, ReturnCode.ACCEPTED));
        SnMessage wake = new SnMessage.PingRequest(4, null);
        client().sendAs("c", wake)
                .expect(new SnMessage.Disconnect(ReturnCode.NO_VIRTUAL_CONNECTION));
        ProtectedDevice elsewhere = device(client(), Scheme.AES_GCM_128).counts(200);
        SnMessage.PingRequest asked = (SnMessage.PingRequest) elsewhere.sendAs("c", wake).next();
        elsewhere
                .send(new SnMessage.PingResponse(asked.messageId(), null))
                .expect(new SnMessage.PingResponse(4, 0));
        assertThat(server.count(SnCounter.MOVES)).isEqualTo(1);
    }

    @Test
    void whatIsEncryptedHasEightRandomBytesForItsNonce() {
        ProtectedDevice device = device(client(), Scheme.AES_GCM_128).connect(SnConnectV20.of("c"));
        Set<String> all = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            device.expectNothing();
            all.add(device.random());
        }
        assertThat(all).hasSize(100).allMatch(it -> it.length() == 16);
    }

    @Test
    void whatIsNotRightIsRefused() {
        SnClient client = client();
        SnMessage connect = connect("c");
        new ProtectedDevice(client, Scheme.AES_GCM_128, 99).send(connect);
        client.expect(new SnMessage.Disconnect(ReturnCode.UNKNOWN_SENDER));
        new ProtectedDevice(client, Scheme.CHACHA20_POLY1305, 2).send(connect);
        client.expect(new SnMessage.Disconnect(ReturnCode.PROTECTION_SCHEME_INVALID));
        other(client).forgets().send(connect);
        device(client, Scheme.HMAC_SHA3_256).forgets().send(connect);
        isRefused(4);
        assertThat(server.session("c")).isEmpty();
        other(client).connect(SnConnectV20.of("c")).expectNothing(); // what was refused counts not
    }

    @Test
    void withoutKeysNothingIsProtected() {
        try (SnServer plain = new SnServer(it -> SnTestSettings.speaking(it, SnVersion.V2_0))) {
            SnClient client = plain.client(SnVersion.V2_0);
            other(client).send(connect("c"));
            client.expect(new SnMessage.Disconnect(ReturnCode.PROTECTION_NOT_SUPPORTED));
        }
    }

    @Test
    void itsProtectionIsPartOfTheLargestPacketThatADeviceTakes() {
        ProtectedDevice device =
                device(client(), Scheme.AES_GCM_128).connect(SnConnectV20.of("c").packetSize(100));
        int alias = device.subscribe("a");
        SnMessage fits = publish(0, alias, 0, "x".repeat(53));
        device.send(publish(0, alias, 0, "x".repeat(70))).send(fits).expect(fits).expectNothing();
        assertThat(server.count(SnCounter.DROPPED_TOO_LARGE)).isEqualTo(1);
    }

    @Test
    void whatIsLongHasTheLongForm() {
        SnClient plain = client().connect(SnConnectV20.of("plain"));
        int there = plain.subscribe("a", 0, 1);
        ProtectedDevice device = device(client(), Scheme.HMAC_SHA256).connect(SnConnectV20.of("c"));
        device.subscribe("a");
        SnMessage.Publish longer = publish(0, new SnTopic.Normal(there), 0, "x".repeat(400));
        plain.send(longer).expect(longer);
        byte[] datagram = device.raw();
        assertThat(datagram[0]).isEqualTo((byte) 1);
        assertThat(datagram.length).isEqualTo(22 + 32 + 7 + 400);
    }
}
