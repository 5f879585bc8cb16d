package io.godwit.server;

import io.godwit.broker.protection.Protection;
import io.godwit.broker.protection.ProtectionSettings;
import io.godwit.server.configuration.Configuration;
import io.godwit.server.reload.Effect;
import io.godwit.server.reload.Part;
import io.godwit.server.reload.Prepared;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What keeps clients from wearing the broker down, and the limits of listeners. Who is connected
 * stays, with the limits that it was told; how much it may publish holds for it as well.
 */
final class ProtectionPart implements Part {

    private static final Pattern KEYS =
            Pattern.compile(
                    "protection\\..*|limits\\.client\\..*|limits\\..*-per-address"
                            + "|authentication\\.bind-sessions"
                            + "|listeners\\.[^.]+\\.(max-connections|connect-rate|limits\\..*)");

    private final Protection protection;

    ProtectionPart(Protection protection) {
        this.protection = protection;
    }

    @Override
    public boolean takes(String key) {
        return KEYS.matcher(key).matches();
    }

    @Override
    public Prepared prepare(Configuration from, Configuration to, Set<String> keys) {
        return new Change(to.protection());
    }

    /** Other settings. */
    private final class Change implements Prepared {

        private final ProtectionSettings settings;

        Change(ProtectionSettings settings) {
            this.settings = settings;
        }

        @Override
        public Effect effect() {
            return Effect.NONE;
        }

        @Override
        public Effect apply() {
            protection.settings(settings);
            return Effect.NONE;
        }
    }
}
