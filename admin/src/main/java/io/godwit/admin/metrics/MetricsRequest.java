package io.godwit.admin.metrics;

import io.godwit.admin.http.Handler;
import io.godwit.admin.http.Request;
import io.godwit.admin.http.Response;
import io.godwit.admin.metrics.Exposition.Written;
import io.godwit.broker.control.BrokerControl;
import io.godwit.broker.control.BrokerMetrics.Measures;
import io.godwit.broker.control.Refusal;
import org.jspecify.annotations.Nullable;

/** {@code GET /metrics}: what the broker counts and measures. {@code docs/metrics.md} lists it. */
public final class MetricsRequest implements Handler {

    private final BrokerControl broker;

    /** Made for the first request: a start should not wait for it. Guarded by this. */
    private @Nullable Exposition exposition;

    /** Of a broker. */
    public MetricsRequest(BrokerControl broker) {
        this.broker = broker;
    }

    private synchronized Exposition exposition() {
        Exposition made = exposition;
        if (made == null) {
            made = new Exposition();
            exposition = made;
        }
        return made;
    }

    @Override
    public Response handle(Request request) {
        try {
            Measures measures = broker.metrics().measures();
            Written written = exposition().write(measures, request.headers().get("accept"));
            return Response.bytes(written.contentType(), written.body());
        } catch (Refusal refusal) {
            return Response.error(409, String.valueOf(refusal.getMessage()));
        }
    }
}
