package io.godwit.transport;

import static io.godwit.transport.FrameClient.connect;
import static io.godwit.transport.FrameClient.echo;
import static io.godwit.transport.FrameClient.frame;
import static io.godwit.transport.FrameConnection.ECHO;
import static io.godwit.transport.FrameConnection.FAIL;
import static io.godwit.transport.FrameConnection.PAUSE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class ReadingTest {

    @ParameterizedTest
    @EnumSource
    void packetsInSegmentsOfAnySize(SocketKind kind) throws Exception {
        Random random = new Random(20260101);
        try (TestServer server = new TestServer(kind, 2);
                FrameClient client = server.connect()) {
            client.send(connect(1));
            assertThat(client.readBytes()).hasSize(1);
            List<byte[]> bodies = new ArrayList<>();
            ByteArrayOutputStream stream = new ByteArrayOutputStream();
            for (int i = 0; i < 300; i++) {
                byte[] body = new byte[random.nextInt(i % 50 == 0 ? 200_000 : 60)];
                random.nextBytes(body);
                bodies.add(body);
                stream.writeBytes(frame(ECHO, body));
            }
            byte[] bytes = stream.toByteArray();
            Thread sender =
                    Thread.ofPlatform()
                            .start(() -> {
                                try {
                                    for (int at = 0; at < bytes.length; ) {
                                        int end =
                                                at
                                                        + 1
                                                        + random.nextInt(at % 2 + 1) * 20_000
                                                        + random.nextInt(200);
                                        end = Math.min(end, bytes.length);
                                        client.send(Arrays.copyOfRange(bytes, at, end));
                                        at = end;
                                    }
                                } catch (Exception failure) {
                                    server.fail(failure);
                                }
                            });
            for (byte[] body : bodies) {
                assertThat(client.readBytes()).isEqualTo(body);
            }
            sender.join();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLargePacket(SocketKind kind) throws Exception {
        byte[] body = TestServer.newPayload(2_000_000);
        try (TestServer server = new TestServer(kind, 2);
                FrameClient client = server.connect()) {
            client.send(connect(0), frame(ECHO, body));
            assertThat(client.readBytes()).hasSize(1);
            assertThat(client.readBytes()).isEqualTo(body);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whilePausedNothingIsReadAndAfterwardsAll(SocketKind kind) throws Exception {
        try (TestServer server = new TestServer(kind, 1);
                FrameClient paused = server.connect();
                FrameClient other = server.connect()) {
            paused.send(frame(PAUSE), echo("in the same batch"));
            assertThat(paused.readText()).isEmpty();
            assertThat(paused.readText()).isEqualTo("in the same batch");
            FrameConnection connection = server.accepted();
            int before = connection.receivedBytes;
            paused.send(echo("later"));
            roundTrips(other); // on the same loop, so that it had its chances to read
            assertThat(connection.receivedBytes).isEqualTo(before);
            connection.onLoop(connection.wire()::resumeReading);
            assertThat(paused.readText()).isEqualTo("later");
        }
    }

    private static void roundTrips(FrameClient client) throws Exception {
        for (int i = 0; i < 50; i++) {
            client.send(echo("round trip " + i));
            assertThat(client.readText()).isEqualTo("round trip " + i);
        }
    }

    @ParameterizedTest
    @EnumSource
    void resumedAndPausedInOneTurnStaysPaused(SocketKind kind) throws Exception {
        try (TestServer server = new TestServer(kind, 1);
                FrameClient paused = server.connect();
                FrameClient other = server.connect()) {
            paused.send(frame(PAUSE));
            assertThat(paused.readText()).isEmpty();
            FrameConnection connection = server.accepted();
            connection.onLoop(() -> {
                connection.wire().resumeReading();
                connection.wire().pauseReading();
            });
            int before = connection.receivedBytes;
            paused.send(echo("later"));
            roundTrips(other);
            assertThat(connection.receivedBytes).isEqualTo(before);
            connection.onLoop(connection.wire()::resumeReading);
            assertThat(paused.readText()).isEqualTo("later");
        }
    }

    static Stream<Arguments> lengths() {
        return Stream.of(SocketKind.values())
                .flatMap(
                        kind -> // nothing; what one read takes; more than the system takes
                        Stream.of(0, 1_000, 300_000).map(length -> Arguments.of(kind, length)));
    }

    @ParameterizedTest
    @MethodSource("lengths")
    void aPeerThatClosesWhilePausedIsReadToItsEndAfterwards(SocketKind kind, int length)
            throws Exception {
        byte[] left = length == 0 ? new byte[0] : frame(ECHO, new byte[length]);
        try (TestServer server = new TestServer(kind, 1);
                FrameClient paused = server.connect();
                FrameClient other = server.connect()) {
            paused.send(frame(PAUSE));
            assertThat(paused.readText()).isEmpty();
            FrameConnection connection = server.accepted();
            int before = connection.receivedBytes;
            paused.send(left).endOutput();
            roundTrips(other);
            assertThat(connection.receivedBytes).isEqualTo(before);
            assertThat(connection.closes).hasValue(0);
            connection.onLoop(connection.wire()::resumeReading);
            connection.awaitClosed();
            assertThat(connection.receivedBytes).isEqualTo(before + left.length);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPeerThatClosesWhilePausedIsClosedByUs(SocketKind kind) throws Exception {
        try (TestServer server = new TestServer(kind, 1);
                FrameClient paused = server.connect();
                FrameClient other = server.connect()) {
            paused.send(frame(PAUSE));
            assertThat(paused.readText()).isEmpty();
            FrameConnection connection = server.accepted();
            paused.send(echo("never read")).endOutput();
            roundTrips(other);
            connection.onLoop(connection.wire()::close);
            assertThat(paused.read()).isEqualTo(-1);
            connection.awaitClosed();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPeerThatBreaksOffWhilePausedIsNoticed(SocketKind kind) throws Exception {
        try (TestServer server = new TestServer(kind, 1);
                FrameClient other = server.connect()) {
            server.accepted();
            FrameClient paused = server.connect();
            paused.send(frame(PAUSE));
            assertThat(paused.readText()).isEmpty();
            FrameConnection connection = server.accepted();
            paused.reset();
            if (kind == SocketKind.NIO) { // a selector does not tell before the socket is read
                connection.onLoop(connection.wire()::resumeReading);
            }
            connection.awaitClosed();
            roundTrips(other);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aConnectionThatFailsLeavesTheOthersUnharmed(SocketKind kind) throws Exception {
        try (TestServer server = new TestServer(kind, 1);
                FrameClient failing = server.connect();
                FrameClient other = server.connect()) {
            failing.send(frame(FAIL));
            assertThat(failing.read()).isEqualTo(-1);
            roundTrips(other);
        }
    }

    @Test
    void anAnnouncedLengthCostsNothingBeforeItsBytesCome() {
        Rest rest = new Rest();
        rest.append(ByteBuffer.wrap(new byte[10]), 2_000_000);
        assertThat(rest.capacity()).isLessThanOrEqualTo(64);
        for (int have = 10; have < 2_000_000; have += 1_000) {
            rest.append(ByteBuffer.wrap(new byte[1_000]), 2_000_010 - have);
            assertThat(rest.capacity()).isLessThanOrEqualTo(2 * (have + 1_000));
        }
        assertThat(rest.capacity()).isLessThanOrEqualTo(2_000_010);
    }
}
