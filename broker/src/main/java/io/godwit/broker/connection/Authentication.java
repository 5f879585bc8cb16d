package io.godwit.broker.connection;

import io.godwit.broker.auth.Authenticator;
import io.godwit.broker.auth.Authenticator.Accepted;
import io.godwit.broker.auth.Authenticator.Challenged;
import io.godwit.broker.auth.Authenticator.Decision;
import io.godwit.broker.auth.Authenticator.Exchange;
import io.godwit.broker.auth.Authenticator.Passed;
import io.godwit.broker.auth.Authenticator.Refused;
import io.godwit.broker.auth.Credentials;
import io.godwit.broker.auth.Identity;
import io.godwit.broker.limits.MemoryBudget;
import io.godwit.broker.shard.Counter;
import io.godwit.broker.shard.Shard;
import io.godwit.broker.shard.TimerWheel;
import io.godwit.codec.Auth;
import io.godwit.codec.Binary;
import io.godwit.codec.PacketType;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolError;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.Utf8;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The authentication of one client: that of CONNECT, with AUTH going to and fro if it is an
 * enhanced one (§4.12), later ones that the client begins, and their end by time. A connection
 * keeps it only if there is a method or an end. On the connection's loop only.
 */
final class Authentication extends TimerWheel.Timer {

    private enum State {
        DONE,
        /** The authenticator decides. */
        DECIDING,
        /** The client is to answer. */
        CHALLENGED
    }

    /** The longest that the timer waits, since the wall clock may be set meanwhile. */
    private static final long LONGEST_WAIT = 3_600_000;

    /** Bytes of a CONNECT or AUTH that is taken in a full memory: its own queue may fill it. */
    private static final long ALWAYS_HELD = 4096;

    private final Connection connection;
    private final @Nullable String method;

    /** Counts CONNECT and AUTH until they are decided, and no authenticator has any of them. */
    private final MemoryBudget.Hold hold;

    private State state = State.DONE;
    private @Nullable Exchange exchange;
    private @Nullable Consumer<Decision> then;

    /** When the client must have given its last answer, by the monotonic clock. */
    private long answerUntil;

    /** When it has to authenticate again, by the wall clock. */
    private long expiresAt = Authenticator.NEVER;

    /**
     * Of a client that named a method, or null.
     *
     * @param method its Authentication Method
     */
    Authentication(Connection connection, @Nullable String method) {
        this.connection = connection;
        this.method = method;
        this.hold = connection.here().budget().newHold();
    }

    @Nullable String method() {
        return method;
    }

    /** Counts what comes to be decided; false if {@code limits.memory} has no room for it. */
    boolean hold(long bytes) {
        return hold.take(bytes, ALWAYS_HELD);
    }

    /** It is decided, and nothing of it is held any more. */
    void letGo() {
        hold.giveBack();
    }

    /**
     * Asks the authenticator, and the client as often as that wants to.
     *
     * @param decided is given what is decided at last, unless the connection has closed
     */
    void begin(Credentials credentials, Consumer<Decision> decided) {
        then = decided;
        answerUntil = connection.shard().now() + connection.limits().connectTimeout().toMillis();
        Authenticator authenticator = connection.here().access().authenticator();
        ask(answer -> authenticator.authenticate(credentials, answer));
    }

    private void ask(Consumer<Consumer<Decision>> question) {
        state = State.DECIDING;
        Shard shard = connection.shard();
        try {
            question.accept(decision -> shard.control(() -> arrived(decision)));
        } catch (RuntimeException fault) {
            state = State.DONE; // it has kept nothing
            throw fault;
        }
    }

    private void arrived(Decision decision) {
        if (connection.phase() == Phase.CLOSED) {
            letGo();
        } else if (state == State.DECIDING) {
            state = State.DONE;
            connection.attempt(() -> decided(decision));
        }
    }

    private void decided(Decision decision) {
        if (decision instanceof Challenged challenged) {
            challenge(challenged);
        } else {
            done(decision);
        }
    }

    private void done(Decision decision) {
        arm(); // of an exchange that is over nothing is due any more
        Consumer<Decision> waiting = Objects.requireNonNull(then, "nothing has begun");
        then = null; // it holds CONNECT, password and all
        waiting.accept(decision);
    }

    private void challenge(Challenged challenged) {
        if (method == null) {
            done(new Refused(ReasonCode.BAD_AUTHENTICATION_METHOD, "no method was named"));
            return;
        }
        // [v5 MQTT-4.12.0-2]
        Auth auth = auth(ReasonCode.CONTINUE_AUTHENTICATION, method, challenged.data());
        if (!connection.outbox().fits(auth)) {
            done(
                    new Refused(
                            ReasonCode.PACKET_TOO_LARGE,
                            "its Maximum Packet Size leaves no room for AUTH"));
            return;
        }
        state = State.CHALLENGED;
        exchange = challenged.exchange();
        connection.challenge(auth);
        arm();
    }

    private static Auth auth(ReasonCode code, String method, byte[] data) {
        Properties.Builder properties =
                Properties.builder().add(Property.AUTHENTICATION_METHOD, method);
        if (data.length > 0) {
            properties.add(Property.AUTHENTICATION_DATA, new Binary(data));
        }
        return new Auth(code, properties.build()); // [v5 MQTT-4.12.0-5]
    }

    /** AUTH from the client. */
    void received(Auth auth) throws ProtocolError {
        String named = auth.properties().get(Property.AUTHENTICATION_METHOD);
        if (method == null) {
            throw new ProtocolError("AUTH without an authentication method in CONNECT");
        }
        if (!method.equals(named)) { // [v5 MQTT-4.12.1-1]
            throw new ProtocolError(
                    "AUTH names the method %s, and CONNECT had %s"
                            .formatted(
                                    named == null ? "none" : Utf8.quote(named),
                                    Utf8.quote(method)));
        }
        Binary data = auth.properties().get(Property.AUTHENTICATION_DATA);
        if (auth.reasonCode() == ReasonCode.RE_AUTHENTICATE) {
            beginAnew(method, data);
            return;
        }
        Exchange asked = exchange;
        if (state != State.CHALLENGED || asked == null) { // [v5 MQTT-4.12.0-3]
            throw new ProtocolError("AUTH that answers nothing");
        }
        exchange = null;
        byte[] answered = data == null ? new byte[0] : data.bytes();
        if (!hold(answered.length)) {
            refuseForMemory();
            return;
        }
        connection.decide();
        ask(answer -> asked.answered(answered, answer));
    }

    private void refuseForMemory() {
        String why = "limits.memory has no room for its AUTH";
        if (connection.isConnected()) {
            failed(ReasonCode.QUOTA_EXCEEDED, why);
        } else {
            connection.shard().counters().increment(Counter.CONNECTIONS_OVER_MEMORY);
            connection.reject(ReasonCode.QUOTA_EXCEEDED, why);
        }
    }

    // --- again ----------------------------------------------------------------------------------

    /** Messages flow on meanwhile (§4.12.1). */
    private void beginAnew(String named, @Nullable Binary data) throws ProtocolError {
        if (!connection.isConnected() || state != State.DONE) {
            throw new ProtocolError("a re-authentication before the last authentication has ended");
        }
        if (!hold(data == null ? 0 : data.bytes().length)) {
            refuseForMemory();
            return;
        }
        Identity known = connection.identity();
        begin(
                new Credentials(
                        known.clientId(),
                        known.userName(),
                        null,
                        named,
                        data == null ? null : data.bytes(),
                        connection.origin(),
                        known),
                this::decidedAnew);
    }

    private void decidedAnew(Decision decision) {
        letGo();
        switch (decision) {
            case Accepted accepted -> acceptedAnew(accepted);
            case Refused refused -> refusedAnew(refused);
            case Passed(String why) -> failed(ReasonCode.BAD_AUTHENTICATION_METHOD, why);
            case Challenged _ -> throw new IllegalStateException("a challenge is no end");
        }
    }

    private void refusedAnew(Refused refused) {
        if (AuthenticationOutcomes.isFailure(refused.reasonCode())) {
            String tried = refused.userName();
            AuthenticationOutcomes.failed(
                    connection, tried == null ? connection.identity().userName() : tried);
        }
        failed(refused.reasonCode(), refused.why());
    }

    private void acceptedAnew(Accepted accepted) {
        Identity before = connection.identity();
        Identity now = accepted.identity();
        if (!now.clientId().equals(before.clientId())
                || !Objects.equals(now.userName(), before.userName())) {
            failed(
                    ReasonCode.NOT_AUTHORIZED,
                    "a re-authentication can't make it another client or user");
        } else if (accepted.expiresAt() <= connection.shard().wallMillis()) {
            failed(ReasonCode.NOT_AUTHORIZED, "what it shows has expired");
        } else {
            connection.shard().counters().increment(Counter.REAUTHENTICATIONS);
            connection.identify(
                    now,
                    connection
                            .here()
                            .access()
                            .authorizer()
                            .permissionsOf(now, connection.origin()));
            expireAt(accepted.expiresAt());
            connection.answer(auth(ReasonCode.SUCCESS, String.valueOf(method), accepted.data()));
        }
    }

    /** A re-authentication that fails ends the connection [v5 MQTT-4.12.1-2]. */
    private void failed(ReasonCode reasonCode, String why) {
        connection.shard().counters().increment(Counter.REAUTHENTICATIONS_FAILED);
        boolean canTell = reasonCode.isAllowedIn(PacketType.DISCONNECT);
        connection.tell("has failed to authenticate again: " + why);
        connection.close( // it must not learn what was wrong about a guess
                canTell ? reasonCode : ReasonCode.NOT_AUTHORIZED, "its re-authentication failed");
    }

    // --- time -----------------------------------------------------------------------------------

    /** When it has to authenticate again, in milliseconds of the wall clock. */
    void expireAt(long wallMillis) {
        expiresAt = wallMillis;
        arm();
    }

    private void arm() {
        Shard shard = connection.shard();
        long wait = Long.MAX_VALUE;
        if (state == State.CHALLENGED) {
            wait = answerUntil - shard.now();
        }
        if (expiresAt != Authenticator.NEVER) {
            wait = Math.min(wait, expiresAt - shard.wallMillis());
        }
        if (wait == Long.MAX_VALUE) {
            shard.timers().cancel(this);
        } else {
            shard.after(Math.clamp(wait, 0, LONGEST_WAIT), this);
        }
    }

    /** The connection has closed. */
    void stop() {
        connection.shard().timers().cancel(this);
        then = null;
        exchange = null;
        if (state != State.DECIDING) { // else the authenticator still has a part of CONNECT
            letGo();
        }
    }

    @Override
    protected void fire() {
        Shard shard = connection.shard();
        if (shard.wallMillis() >= expiresAt) {
            shard.counters().increment(Counter.AUTHENTICATIONS_EXPIRED);
            connection.close(
                    ReasonCode.NOT_AUTHORIZED,
                    "its authentication has expired, and it has not authenticated again");
        } else if (state == State.CHALLENGED && shard.now() >= answerUntil) {
            String why = "its authentication took longer than limits.connect-timeout";
            if (connection.isConnected()) {
                failed(ReasonCode.NOT_AUTHORIZED, why);
            } else {
                connection.reject(ReasonCode.NOT_AUTHORIZED, why);
            }
        } else {
            arm();
        }
    }
}
