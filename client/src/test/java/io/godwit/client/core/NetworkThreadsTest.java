package io.godwit.client.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.client.MqttClient;
import io.godwit.client.SettingsOf;
import io.godwit.client.network.Link;
import io.godwit.client.network.NetworkThreads;
import io.godwit.client.network.ServerAddress;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which threads a client connects, reads, writes and closes on. */
class NetworkThreadsTest extends Conversation {

    private final Set<String> seen = ConcurrentHashMap.newKeySet();

    private void note(String what) {
        seen.add((Thread.currentThread().isVirtual() ? "VIRTUAL " : "PLATFORM ") + what);
    }

    private Link open(ServerAddress server) throws IOException {
        note("open");
        Link link = SocketLink.open(server, SettingsOf.builder(builder()).network());
        return new Link() {
            @Override
            public int read(ByteBuffer in) throws IOException {
                note("read");
                return link.read(in);
            }

            @Override
            public void write(ByteBuffer out) throws IOException {
                note("write");
                link.write(out);
            }

            @Override
            public String peer() {
                return link.peer();
            }

            @Override
            public void close() {
                note("close");
                link.close();
            }
        };
    }

    @ParameterizedTest
    @EnumSource
    void areOfTheKindThatTheBuilderNames(NetworkThreads threads) {
        MqttClient client =
                SettingsOf.builder(builder().threads(threads))
                        .open(
                                new Surroundings(
                                        (server, settings) -> open(server),
                                        (directory, clientId, bytes) -> {
                                            throw new AssertionError("no store is wanted");
                                        },
                                        time,
                                        new Random(1)));
        CompletableFuture<Boolean> handlerIsVirtual = new CompletableFuture<>();
        client.onMessage(
                "a", message -> handlerIsVirtual.complete(Thread.currentThread().isVirtual()));
        Peer.Session session = connect(client);
        session.send(publish(0, 0, "a", "x"));
        assertThat(get(handlerIsVirtual)).as("handlers have nothing to do with it").isTrue();
        CompletableFuture<?> left = client.disconnect();
        session.close();
        get(left);
        client.close();
        assertThat(seen)
                .containsExactlyInAnyOrder(
                        threads + " open",
                        threads + " read",
                        threads + " write",
                        threads + " close");
    }
}
