package io.godwit.server;

import io.godwit.broker.trace.Tracing;
import io.godwit.server.configuration.Configuration;
import io.godwit.server.reload.Effect;
import io.godwit.server.reload.Part;
import io.godwit.server.reload.Prepared;
import java.util.Set;

/** Whether connections that come from now on have a flight recorder. */
record RecorderPart(Tracing tracing) implements Part {

    @Override
    public boolean takes(String key) {
        return key.equals("flight-recorder");
    }

    @Override
    public Prepared prepare(Configuration from, Configuration to, Set<String> keys) {
        return new Prepared() {
            @Override
            public Effect effect() {
                return Effect.NONE;
            }

            @Override
            public Effect apply() {
                tracing.recordPackets(to.flightRecorder());
                return Effect.NONE;
            }
        };
    }
}
