package io.godwit.client.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.client.ClientState;
import io.godwit.client.ConnectRefused;
import io.godwit.client.Connected;
import io.godwit.client.ConnectionLost;
import io.godwit.client.DisconnectedByServer;
import io.godwit.client.MqttClient;
import io.godwit.client.RequestRefused;
import io.godwit.client.SettingsOf;
import io.godwit.client.network.Link;
import io.godwit.codec.ConnAck;
import io.godwit.codec.Connect;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.PubRec;
import io.godwit.codec.Publish;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.SubAck;
import io.godwit.codec.Subscribe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Servers that want the client to hang, to grow, or to do what it should not. */
class HostileServerTest extends Conversation {

    private static Properties reference(String text) {
        return Properties.of(Property.SERVER_REFERENCE, text);
    }

    @Test
    void referenceThatNobodyCanReadFailsTheAttempt() {
        MqttClient client = open(builder());
        CompletableFuture<Connected> connected = client.connect();
        Peer.Session session = peer.accept();
        session.take(Connect.class);
        session.send(new ConnAck(false, ReasonCode.USE_ANOTHER_SERVER, reference("[")));
        failure(connected, ConnectRefused.class);
        assertThat(client.state()).isEqualTo(ClientState.DISCONNECTED);
    }

    @Test
    void referenceThatNobodyCanReadIsPassedOverAfterDisconnect() {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        session.send(new Disconnect(ReasonCode.SERVER_MOVED, reference("[abc:80")));
        session.expectEnd();
        letRetry();
        accept(false, Properties.NONE);
        get(client.connect());
    }

    @Test
    void answersThatNobodyReadsDoNotPileUp() {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        byte[] releases = new byte[64 << 10]; // PUBREL of identifier 1
        for (int i = 0; i < releases.length; i += 4) {
            releases[i] = 0x62;
            releases[i + 1] = 2;
            releases[i + 3] = 1;
        }
        sendUntilItEnds(session, releases);
        assertThat(end().cause())
                .isInstanceOf(ConnectionLost.class)
                .hasMessageContaining("does not read");
    }

    /** Answered at once but for the order, which a message that is not acknowledged holds up. */
    @Test
    void messagesThatComeAgainAndAgainDoNotPileUp() {
        for (ProtocolVersion version : List.of(ProtocolVersion.V5, ProtocolVersion.V3_1_1)) {
            MqttClient client =
                    open(
                            builder().version(version).manualAcknowledgement(true),
                            SystemTiming.INSTANCE);
            client.onMessage(
                    "#",
                    message -> {
                        if (message.qos() == 2) {
                            message.acknowledge();
                        }
                    });
            Peer.Session session = connect(client);
            session.send(publish(2, 1, "a", "taken"));
            session.take(PubRec.class);
            session.send(publish(1, 2, "a", "never acknowledged"));
            ByteBuffer again = PacketReader.encode(publish(2, 1, "a", "taken"), version);
            ByteBuffer many = ByteBuffer.allocate(1_000 * again.remaining());
            while (many.hasRemaining()) {
                many.put(again.duplicate());
            }
            sendUntilItEnds(session, many.array());
            assertThat(end().cause()).isInstanceOf(ConnectionLost.class);
        }
    }

    /** Sends the same again and again until the client has closed, 16 GB at most. */
    private static void sendUntilItEnds(Peer.Session session, byte[] bytes) {
        try {
            for (long sent = 0; sent < 1L << 34; sent += bytes.length) {
                session.sendBytes(bytes);
            }
        } catch (UncheckedIOException closed) {
            return;
        }
        throw new AssertionError("the client takes whatever comes");
    }

    @Test
    void clientConnectsAgainWhenThereIsNoMemoryForAPacket() {
        AtomicBoolean isFull = new AtomicBoolean();
        Surroundings surroundings =
                new Surroundings(
                        (server, settings) -> new Small(SocketLink.open(server, settings), isFull),
                        (directory, clientId, bytes) -> {
                            throw new AssertionError("no store is wanted");
                        },
                        time,
                        new Random(1));
        try (MqttClient client = SettingsOf.builder(builder()).open(surroundings)) {
            Peer.Session session = connect(client);
            isFull.set(true);
            session.send(publish(0, 0, "a", "x"));
            session.expectEnd();
            awaitWaiting(client);
            isFull.set(false);
            time.advance(A_SECOND);
            accept(false, Properties.NONE);
            get(client.connect());
            peer.close();
        }
    }

    /** A link whose reader finds no memory when that is full. */
    private record Small(Link below, AtomicBoolean isFull) implements Link {

        @Override
        public int read(ByteBuffer in) throws IOException {
            int read = below.read(in);
            if (isFull.get()) {
                throw new OutOfMemoryError("Java heap space, says the test");
            }
            return read;
        }

        @Override
        public void write(ByteBuffer out) throws IOException {
            below.write(out);
        }

        @Override
        public String peer() {
            return below.peer();
        }

        @Override
        public void close() {
            below.close();
        }
    }

    @Test
    void whatTheServerSaysCommandsNoTerminalAndForgesNoLog() {
        Properties reason =
                Properties.of(Property.REASON_STRING, "no\u001B[2J\n2026 ERROR \u009B2J");
        MqttClient client = open(builder());
        CompletableFuture<Connected> connected = client.connect();
        Peer.Session session = peer.accept();
        session.take(Connect.class);
        session.send(new ConnAck(false, ReasonCode.SERVER_BUSY, reason));
        assertThat(failure(connected, ConnectRefused.class))
                .hasMessageContaining("\"no?[2J?2026 ERROR ?2J\"");
        end();
        Peer.Session next = connect(client);
        CompletableFuture<?> subscribed = client.subscribe("a", 1);
        next.send(
                new SubAck(
                        next.take(Subscribe.class).packetId(),
                        List.of(ReasonCode.NOT_AUTHORIZED),
                        reason));
        assertThat(failure(subscribed, RequestRefused.class)).hasMessageContaining("no?[2J?2026");
        next.send(new Disconnect(ReasonCode.SERVER_BUSY, reason));
        assertThat(Objects.requireNonNull(end().cause()))
                .isInstanceOf(DisconnectedByServer.class)
                .hasMessageContaining("no?[2J?2026");
    }

    @Test
    void identifierOfASubscriptionThatThereIsNotIsNoReasonToLoseAMessage() {
        MqttClient client = open(builder());
        CompletableFuture<String> handled = new CompletableFuture<>();
        client.onMessage("a", message -> handled.complete(message.text()));
        Peer.Session session = connect(client);
        session.send(
                new Publish(
                        false,
                        0,
                        false,
                        topic("a"),
                        0,
                        Properties.of(Property.SUBSCRIPTION_IDENTIFIER, 268_435_455),
                        "x".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        assertThat(get(handled)).isEqualTo("x");
    }
}
