package io.godwit.server;

import io.godwit.broker.auth.Origin;
import io.godwit.broker.control.Refusal;
import io.godwit.broker.control.Traces;
import io.godwit.broker.trace.Direction;
import io.godwit.broker.trace.Trace;
import io.godwit.broker.trace.TraceFilter;
import io.godwit.broker.trace.TracedPacket;
import io.godwit.broker.trace.Tracing;
import io.godwit.codec.PacketException;
import io.godwit.codec.TopicFilter;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The traces of a broker's packets, as the HTTP API has them. */
record ServerTraces(Tracing tracing) implements Traces {

    @Override
    public void check(@Nullable String topicFilter) throws Refusal {
        filter(topicFilter);
    }

    private static @Nullable TopicFilter filter(@Nullable String text) throws Refusal {
        try {
            return text == null ? null : TopicFilter.of(text);
        } catch (PacketException invalid) {
            throw Refusal.invalid("topic: " + invalid.getMessage());
        }
    }

    @Override
    public Running begin(@Nullable String client, @Nullable String topicFilter) throws Refusal {
        TraceFilter filter = new TraceFilter(client, filter(topicFilter));
        Trace trace =
                tracing.begin(filter)
                        .orElseThrow(() ->
                                new Refusal(
                                        "%d traces run already, which is the most"
                                                .formatted(Tracing.MOST)));
        return new Shows(trace);
    }

    private record Shows(Trace trace) implements Running {

        @Override
        public @Nullable Shown next(Duration within) throws InterruptedException {
            TracedPacket packet = trace.next(within);
            return packet == null ? null : shown(packet);
        }

        private static Shown shown(TracedPacket packet) {
            Origin origin = packet.origin();
            InetAddress address = origin.address();
            return new Shown(
                    Instant.ofEpochMilli(packet.wallMillis()),
                    packet.clientId(),
                    address == null ? null : address.getHostAddress(),
                    origin.port(),
                    origin.listener(),
                    packet.direction() == Direction.RECEIVED,
                    packet.packet().type().toString(),
                    packet.line(),
                    packet.fields(),
                    packet.bytes());
        }

        @Override
        public long takeDropped() {
            return trace.takeDropped();
        }

        @Override
        public void close() {
            trace.close();
        }
    }
}
