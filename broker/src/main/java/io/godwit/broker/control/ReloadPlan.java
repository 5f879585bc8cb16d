package io.godwit.broker.control;

import java.util.ArrayList;
import java.util.List;

/**
 * What a reload has changed, or would change.
 *
 * @param changes each key that differs, in the order of their paths
 * @param disconnects how many clients are disconnected by it
 * @param revokes how many of the others' subscriptions are taken away by it
 */
public record ReloadPlan(List<Change> changes, long disconnects, long revokes) {

    /**
     * A key that differs.
     *
     * @param key its path
     * @param before what it is; {@code none} if there is none
     * @param after what the other configuration says
     * @param isLive whether it is applied while the broker runs; otherwise it needs a restart
     */
    public record Change(String key, String before, String after, boolean isLive) {}

    /** Copies the list. */
    public ReloadPlan {
        changes = List.copyOf(changes);
    }

    /** In one line, without the values: {@code applied a, b; ...}. */
    public String summary() {
        if (changes.isEmpty()) {
            return "nothing differs";
        }
        List<String> parts = new ArrayList<>();
        String live = keys(true);
        if (!live.isEmpty()) {
            parts.add("applied live: " + live);
        }
        String restart = keys(false);
        if (!restart.isEmpty()) {
            parts.add("needs a restart: " + restart);
        }
        parts.add(effect());
        return String.join("; ", parts);
    }

    /** What it does to clients: {@code disconnects 3 clients, revokes 1 subscription}. */
    public String effect() {
        return "disconnects %s, revokes %s"
                .formatted(counted(disconnects, "client"), counted(revokes, "subscription"));
    }

    private String keys(boolean isLive) {
        return String.join(
                ", ",
                changes.stream().filter(it -> it.isLive() == isLive).map(Change::key).toList());
    }

    private static String counted(long count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }
}
