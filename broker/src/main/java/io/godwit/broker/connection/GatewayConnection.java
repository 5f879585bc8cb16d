package io.godwit.broker.connection;

import io.godwit.broker.auth.Verdict;
import io.godwit.broker.limits.Limits;
import io.godwit.broker.session.Denials.Act;
import io.godwit.broker.spi.GatewayReceiver;
import io.godwit.codec.ReasonCode;
import io.godwit.codec.Will;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A connection whose client a gateway speaks for. On the connection's loop only. */
public final class GatewayConnection implements GatewayReceiver {

    private final Connection connection;

    /** What a gateway drives a connection by. */
    public GatewayConnection(Connection connection) {
        this.connection = connection;
    }

    @Override
    public void receive(ByteBuffer in) {
        connection.receive(in);
    }

    @Override
    public int missing(ByteBuffer rest) {
        return connection.missing(rest);
    }

    @Override
    public void writable() {
        connection.writable();
    }

    @Override
    public void close(ReasonCode reasonCode, String why) {
        connection.close(reasonCode, why);
    }

    @Override
    public void closed() {
        connection.closed();
    }

    @Override
    public void hold(boolean waiting) {
        connection.outbox().hold(waiting);
        if (!waiting && connection.isConnected()) {
            connection.session().pump();
        }
    }

    @Override
    public boolean isDrained() {
        return !connection.isConnected() || connection.session().isDrained();
    }

    @Override
    public void will(@Nullable Will will, Consumer<ReasonCode> done) {
        ReasonCode refusal = refusal(will);
        if (refusal != null) {
            done.accept(refusal);
            return;
        }
        ShardBroker here = connection.here();
        if (!here.sessions().changeWill(connection.session(), will)) {
            done.accept(ReasonCode.QUOTA_EXCEEDED);
            return;
        }
        connection
                .session()
                .whenStored(failure ->
                        done.accept(failure == null ? ReasonCode.SUCCESS : failure.reasonCode()));
    }

    /** Why a will can't be taken, as CONNECT would say it; null if it can. */
    private @Nullable ReasonCode refusal(@Nullable Will will) {
        if (!connection.isConnected()) {
            return ReasonCode.UNSPECIFIED_ERROR;
        }
        if (will == null) {
            return null;
        }
        Limits limits = connection.limits();
        if (will.qos() > limits.maximumQos()) {
            return ReasonCode.QOS_NOT_SUPPORTED;
        }
        if (will.retain() && !limits.retainAvailable()) {
            return ReasonCode.RETAIN_NOT_SUPPORTED;
        }
        if (TopicLimits.exceeded(will.topic(), limits)) {
            return ReasonCode.TOPIC_NAME_INVALID;
        }
        Verdict verdict =
                connection.session().permissions().will(will.topic(), will.qos(), will.retain());
        if (verdict.allows(will.qos())) {
            return null;
        }
        connection.session().denials().note(Act.WILL, will.topic().bytes(), verdict);
        return ReasonCode.NOT_AUTHORIZED;
    }
}
