package io.godwit.access.rules;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules once more, as slow and plain as possible, on texts. */
final class ReferenceRules {

    private ReferenceRules() {}

    /** A rule without a place. */
    record Plain(boolean isAllowed, Set<Action> actions, String filter, @Nullable String user) {

        boolean isAbout(Action action) {
            return actions.contains(action);
        }
    }

    /** Whether a filter matches a topic (§4.7). */
    static boolean matches(String filter, String topic) {
        if (topic.startsWith("$") && !filter.startsWith("$")) {
            return false;
        }
        return matches(List.of(filter.split("/", -1)), List.of(topic.split("/", -1)));
    }

    private static boolean matches(List<String> filter, List<String> topic) {
        if (filter.isEmpty()) {
            return topic.isEmpty();
        }
        if (filter.getFirst().equals("#")) {
            return true;
        }
        if (topic.isEmpty()) {
            return false;
        }
        boolean isSame =
                filter.getFirst().equals("+") || filter.getFirst().equals(topic.getFirst());
        return isSame && matches(filter.subList(1, filter.size()), topic.subList(1, topic.size()));
    }

    /** Whether each of these topics that one filter matches is matched by another one. */
    static boolean covers(String filter, String asked, List<String> topics) {
        for (String topic : topics) {
            if (matches(asked, topic) && !matches(filter, topic)) {
                return false;
            }
        }
        return true;
    }

    /** All topics of at most so many of these levels. */
    static List<String> topics(List<String> levels, int most) {
        List<String> all = new ArrayList<>(levels);
        List<String> longest = levels;
        for (int i = 1; i < most; i++) {
            List<String> longer = new ArrayList<>();
            for (String start : longest) {
                levels.forEach(level -> longer.add(start + "/" + level));
            }
            all.addAll(longer);
            longest = longer;
        }
        all.remove("");
        return all;
    }

    /** The rules of a client whose names hold nothing special. */
    static List<Plain> of(List<Plain> rules, String clientId, @Nullable String userName) {
        List<Plain> own = new ArrayList<>();
        for (Plain rule : rules) {
            boolean isForUser = rule.user() == null || rule.user().equals(userName);
            if (isForUser && !(rule.filter().contains("%u") && userName == null)) {
                String filter = rule.filter().replace("%c", clientId);
                filter = userName == null ? filter : filter.replace("%u", userName);
                own.add(new Plain(rule.isAllowed(), rule.actions(), filter, null));
            }
        }
        return own;
    }

    static boolean mayPublish(List<Plain> own, String topic, boolean retain) {
        return !topic.startsWith("$SYS")
                && first(own, topic, false, Action.PUBLISH)
                && (!retain || first(own, topic, true, Action.RETAIN));
    }

    static boolean mayReceive(List<Plain> own, String topic) {
        return first(own, topic, false, Action.SUBSCRIBE, Action.RECEIVE)
                && first(own, topic, true, Action.RECEIVE);
    }

    static boolean maySubscribe(List<Plain> own, String filter, List<String> topics) {
        for (Plain rule : own) {
            if (rule.isAbout(Action.SUBSCRIBE) && covers(rule.filter(), filter, topics)) {
                return rule.isAllowed();
            }
        }
        return false;
    }

    private static boolean first(
            List<Plain> own, String topic, boolean otherwise, Action... actions) {
        for (Plain rule : own) {
            for (Action action : actions) {
                if (rule.isAbout(action) && matches(rule.filter(), topic)) {
                    return rule.isAllowed();
                }
            }
        }
        return otherwise;
    }
}
