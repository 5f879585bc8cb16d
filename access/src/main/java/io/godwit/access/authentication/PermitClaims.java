package io.godwit.access.authentication;

import io.godwit.broker.auth.Permit;
import io.godwit.broker.auth.Permit.Action;
import io.godwit.codec.PacketException;
import io.godwit.codec.TopicFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rules that come in JSON, in a token or an answer: {@code {"publish": ["a/#"], "subscribe": [...],
 * "all": [...]}}, which only allow, or {@code [{"permission": "allow", "action": "publish",
 * "topic": "a/#"}, ...]}. {@code ${username}} and {@code ${clientid}} are the same as {@code %u}
 * and {@code %c}.
 */
public final class PermitClaims {

    /** How many rules a client may bring along. */
    public static final int MOST = 1_000;

    private static final Map<String, Action> ACTIONS =
            Map.of(
                    "publish", Action.PUBLISH,
                    "pub", Action.PUBLISH,
                    "subscribe", Action.SUBSCRIBE,
                    "sub", Action.SUBSCRIBE,
                    "all", Action.ALL);

    private static final Set<String> FIELDS = Set.of("permission", "action", "topic");

    /** Says nothing new, but is a rule, so that what no rule allows is denied. */
    private static final Permit NOTHING = new Permit(false, Action.PUBLISH, "$SYS/#");

    private PermitClaims() {}

    /**
     * The rules in a value of JSON: maps, lists and strings.
     *
     * @throws IllegalArgumentException if it holds anything that is not understood: a rule that was
     *     passed over could leave a client with more than it was meant to have
     */
    public static List<Permit> read(@Nullable Object json) {
        List<Permit> permits = new ArrayList<>();
        switch (json) {
            case null -> {
                return permits;
            }
            case Map<?, ?> lists ->
                    lists.forEach((name, filters) -> allowed(name, filters, permits));
            case List<?> rules -> rules.forEach(rule -> permits.add(rule(rule)));
            default -> throw new IllegalArgumentException("takes an object or a list of rules");
        }
        if (permits.isEmpty()) { // not the same as no claim: it allows nothing
            permits.add(NOTHING);
        }
        if (permits.size() > MOST) {
            throw new IllegalArgumentException("has more than " + MOST + " rules");
        }
        return permits;
    }

    private static void allowed(Object name, @Nullable Object filters, List<Permit> permits) {
        Action action = action(name);
        if (!(filters instanceof List<?> list)) {
            throw new IllegalArgumentException("takes a list of topic filters for " + name);
        }
        list.forEach(filter -> permits.add(new Permit(true, action, filter(filter))));
    }

    private static Permit rule(@Nullable Object json) {
        if (!(json instanceof Map<?, ?> rule)) {
            throw new IllegalArgumentException("has a rule that is no object");
        }
        if (!FIELDS.containsAll(rule.keySet())) {
            throw new IllegalArgumentException(
                    "has a rule with something else than permission, action and topic");
        }
        Object permission = rule.get("permission");
        boolean isAllowed = "allow".equals(permission);
        if (!isAllowed && !"deny".equals(permission)) {
            throw new IllegalArgumentException(
                    "has a rule whose permission is neither allow nor deny");
        }
        return new Permit(isAllowed, action(rule.get("action")), filter(rule.get("topic")));
    }

    private static Action action(@Nullable Object name) {
        Action action = name instanceof String word ? ACTIONS.get(word) : null;
        if (action == null) {
            throw new IllegalArgumentException(
                    "has an action that is none of publish, subscribe and all");
        }
        return action;
    }

    private static String filter(@Nullable Object json) {
        if (!(json instanceof String text)) {
            throw new IllegalArgumentException("has a topic that is no text");
        }
        String filter = text.replace("${username}", "%u").replace("${clientid}", "%c");
        try {
            if (filter.startsWith("eq ") || TopicFilter.of(filter).isShared()) {
                throw new IllegalArgumentException(
                        "takes topic filters without 'eq ', $share and $queue");
            }
        } catch (PacketException invalid) {
            throw new IllegalArgumentException(
                    "has a topic that is no topic filter: " + invalid.getMessage(), invalid);
        }
        return filter;
    }
}
