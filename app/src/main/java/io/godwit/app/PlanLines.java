package io.godwit.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a reload has changed or would change, for a person. */
final class PlanLines {

    private PlanLines() {}

    /**
     * The lines, in order.
     *
     * @param answer of the broker
     * @param isDone whether it has been applied
     */
    static List<String> of(Map<String, @Nullable Object> answer, boolean isDone) {
        List<String> lines = new ArrayList<>();
        if (answer.get("changes") instanceof List<?> changes) {
            if (changes.isEmpty()) {
                return List.of("Nothing differs from what is in force.");
            }
            for (Object change : changes) {
                if (change instanceof Map<?, ?> entry) {
                    lines.add(line(entry, isDone));
                }
            }
        }
        lines.add(
                (isDone ? "Disconnected %s, revoked %s." : "Disconnects %s, revokes %s.")
                        .formatted(
                                counted(answer.get("disconnects"), "client"),
                                counted(answer.get("revokes"), "subscription")));
        return lines;
    }

    private static String line(Map<?, ?> change, boolean isDone) {
        boolean isLive = Boolean.TRUE.equals(change.get("live"));
        String live = isDone ? "applied" : "applied live";
        return "%s: %s -> %s (%s)"
                .formatted(
                        change.get("key"),
                        change.get("before"),
                        change.get("after"),
                        isLive ? live : "needs a restart");
    }

    private static String counted(@Nullable Object count, String what) {
        return Long.valueOf(1).equals(count) || Integer.valueOf(1).equals(count)
                ? "1 " + what
                : count + " " + what + "s";
    }
}
