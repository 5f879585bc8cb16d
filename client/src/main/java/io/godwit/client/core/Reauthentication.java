package io.godwit.client.core;

import io.godwit.client.ConnectionLost;
import io.godwit.client.MqttException;
import io.godwit.client.RequestTimedOut;
import io.godwit.client.auth.EnhancedAuthentication;
import io.godwit.codec.Auth;
import io.godwit.codec.Disconnect;
import io.godwit.codec.ProtocolError;
import io.godwit.codec.ReasonCode;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * AUTH on a connection that stands (§4.12.1). The method's steps run on threads of their own, since
 * they may block; the rest is under the lock.
 */
final class Reauthentication {

    private final Engine engine;
    private @Nullable Round round;

    Reauthentication(Engine engine) {
        this.engine = engine;
    }

    /** Begins, or joins what has begun. */
    CompletableFuture<Void> begin(Connection connection, EnhancedAuthentication authentication) {
        Round now = round;
        if (now == null) {
            now = new Round(connection, authentication);
            round = now;
            now.start();
        }
        return now.future;
    }

    boolean isUnderWay() {
        return round != null;
    }

    /** AUTH has come. */
    void answered(Auth packet) throws ProtocolError {
        Round now = round;
        if (now == null || !now.waits) { // [v5 MQTT-4.12.0-7]
            throw new ProtocolError("AUTH: it came unasked");
        }
        Handshake.checkMethod(engine.settings, packet.properties());
        now.answered(packet);
    }

    void offline() {
        fail(new ConnectionLost("the connection was lost during re-authentication", null));
    }

    void fail(Throwable why) {
        Round now = round;
        round = null;
        if (now != null) {
            engine.completions.fail(now.future, why);
        }
    }

    private final class Round {
        private final Connection connection;
        private final EnhancedAuthentication authentication;
        private final CompletableFuture<Void> future = new CompletableFuture<>();
        private EnhancedAuthentication.@Nullable Exchange exchange;

        /** Whether it is the server's turn. */
        private boolean waits;

        private Round(Connection connection, EnhancedAuthentication authentication) {
            this.connection = connection;
            this.authentication = authentication;
        }

        private void start() {
            engine.after(
                    engine.settings.timeout(),
                    () -> {
                        if (round == this) {
                            fail(
                                    new RequestTimedOut(
                                            "AUTH was not answered within "
                                                    + engine.settings.timeout(),
                                            null));
                        }
                    });
            step(() -> {
                EnhancedAuthentication.Exchange begun = authentication.begin();
                exchange = begun;
                byte[] first = begun.first();
                send(ReasonCode.RE_AUTHENTICATE, first); // [v5 MQTT-4.12.1-1]
            });
        }

        private void answered(Auth packet) {
            waits = false;
            EnhancedAuthentication.Exchange now = exchange;
            if (now == null) {
                return;
            }
            byte[] data = Handshake.data(packet.properties());
            if (packet.reasonCode() == ReasonCode.SUCCESS) {
                step(() -> {
                    now.succeeded(data);
                    engine.locked(this::succeeded);
                });
            } else {
                step(() -> send(ReasonCode.CONTINUE_AUTHENTICATION, now.next(data)));
            }
        }

        private void succeeded() {
            if (round == this) {
                round = null;
                engine.completions.done(future);
            }
        }

        private void send(ReasonCode code, byte @Nullable [] data) {
            Auth packet = Handshake.authPacket(engine.settings, code, data);
            engine.locked(() -> {
                if (round == this) {
                    waits = true;
                    connection.send(packet);
                }
            });
        }

        private void step(Runnable step) {
            Thread.ofVirtual()
                    .name("godwit-client-authentication")
                    .start(() -> {
                        try {
                            step.run();
                        } catch (RuntimeException e) {
                            engine.locked(() -> failed(e));
                        }
                    });
        }

        /** Neither end goes on with who has not proven himself [v5 MQTT-4.12.1-2]. */
        private void failed(RuntimeException e) {
            if (round == this) {
                MqttException why =
                        e instanceof MqttException known
                                ? known
                                : new MqttException(
                                        "re-authentication failed: " + e.getMessage(), e);
                fail(why);
                connection.end(
                        new ConnectionLost(String.valueOf(why.getMessage()), why),
                        new Disconnect(ReasonCode.NOT_AUTHORIZED));
            }
        }
    }
}
