package io.godwit.server;

import io.godwit.server.configuration.Configuration;
import io.godwit.server.reload.Effect;
import io.godwit.server.reload.Part;
import io.godwit.server.reload.Prepared;
import java.util.Set;

/** Whether files are watched, which who watches looks up after each reload. */
final class ReloadPart implements Part {

    @Override
    public boolean takes(String key) {
        return key.startsWith("reload.");
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
                return Effect.NONE;
            }
        };
    }
}
