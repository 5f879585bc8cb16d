package io.godwit.client.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.client.ClientState;
import io.godwit.client.Connected;
import io.godwit.client.ConnectionLost;
import io.godwit.client.MqttClient;
import io.godwit.client.Reconnect;
import io.godwit.codec.Disconnect;
import io.godwit.codec.Properties;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** {@code connect} and {@code disconnect} one behind the other, and waits between attempts. */
class ConnectingAgainTest extends Conversation {

    @Test
    void lastOfConnectAndDisconnectCounts() {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        CompletableFuture<Void> end = client.disconnect();
        CompletableFuture<Connected> unwanted = client.connect();
        CompletableFuture<Void> again = client.disconnect();
        failure(unwanted, ConnectionLost.class);
        session.take(Disconnect.class);
        session.close();
        get(end);
        get(again);
        assertThat(client.state()).isEqualTo(ClientState.DISCONNECTED);
    }

    @Test
    void connectBehindDisconnectConnectsAgain() {
        MqttClient client = open(builder());
        Peer.Session session = connect(client);
        CompletableFuture<Void> end = client.disconnect();
        CompletableFuture<Connected> again = client.connect();
        session.take(Disconnect.class);
        session.close();
        get(end);
        assertThat(end().cause()).isNull();
        accept(false, Properties.NONE);
        get(again);
    }

    @Test
    void closedClientDoesNotConnectThoughThatWasAskedForBehindDisconnect() {
        MqttClient client = open(builder());
        connect(client);
        client.disconnect();
        CompletableFuture<Connected> unwanted = client.connect();
        peer.close();
        client.close();
        failure(unwanted, Exception.class);
        assertThat(client.state()).isEqualTo(ClientState.CLOSED);
    }

    /** The alarm has gone off, and waits for the lock. */
    @Test
    void alarmThatIsCancelledTooLateConnectsNobody() {
        MqttClient client =
                open(
                        builder(),
                        new Timing() {
                            @Override
                            public long nanos() {
                                return time.nanos();
                            }

                            @Override
                            public long millis() {
                                return time.millis();
                            }

                            @Override
                            public long clock() {
                                return time.clock();
                            }

                            @Override
                            public Alarm after(Duration wait, Runnable task) {
                                time.after(wait, task);
                                return () -> {};
                            }
                        });
        connect(client).close();
        assertThat(end().retryIn()).isNotNull();
        get(client.disconnect());
        time.advance(A_SECOND);
        assertThat(client.state()).isEqualTo(ClientState.DISCONNECTED);
    }

    @Test
    void noWaitAtAllIsNotRepeatedForEver() {
        MqttClient client =
                open(builder().reconnect(Reconnect.DEFAULT.between(Duration.ZERO, A_SECOND)));
        connect(client).close();
        assertThat(end().retryIn()).isZero();
        for (long most : new long[] {100, 200, 400, 800, 1000, 1000}) {
            time.advance(A_SECOND);
            accept(false, Properties.NONE).close();
            assertThat(end().retryIn())
                    .isBetween(Duration.ofMillis(most / 2), Duration.ofMillis(most));
        }
    }
}
