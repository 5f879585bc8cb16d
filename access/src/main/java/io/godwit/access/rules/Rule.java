package io.godwit.access.rules;

import io.godwit.broker.auth.Identity;
import io.godwit.broker.auth.Origin;
import io.godwit.broker.auth.Verdict;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A rule as it was written. Immutable and safe for every thread. */
public final class Rule {

    /** What {@code %c} and {@code %u} in a filter mean. */
    public enum Placeholders {
        /** Just these letters. */
        NONE,
        /** As Mosquitto has them: a name may hold slashes. */
        MOSQUITTO,
        /** A name stands for one level or a part of one, and never for more. */
        ONE_LEVEL
    }

    /**
     * A rule as one client has it: either what it compares, or why it is not for this client.
     *
     * @param whyNot in words; empty if it is for the client
     */
    record ForClient(Rule rule, @Nullable CompiledRule compiled, String whyNot) {}

    private final Set<Action> actions;
    private final String filter;
    private final Placeholders placeholders;
    private final Who who;
    private final Verdict verdict;

    /** What all clients share that it is for; null if it differs. */
    private final @Nullable ForClient shared;

    /**
     * A rule.
     *
     * @param isAllowed false to deny
     * @param filter as {@link Filters} takes it, placeholders included; or empty for everything
     * @param maximumQos 0 to 2: the highest QoS, where it allows
     * @param place where it stands, as {@code file:line}
     */
    public Rule(
            boolean isAllowed,
            Set<Action> actions,
            String filter,
            Placeholders placeholders,
            Who who,
            int maximumQos,
            String place) {
        this.actions = Set.copyOf(actions);
        this.filter = filter;
        this.placeholders = placeholders;
        this.who = who;
        this.verdict = new Verdict(isAllowed, isAllowed ? maximumQos : 0, place);
        this.shared = hasPlaceholder() ? null : compiled(filter);
    }

    /** A rule of the configuration for everybody. */
    public static Rule of(boolean isAllowed, Set<Action> actions, String filter, String place) {
        return new Rule(isAllowed, actions, filter, Placeholders.ONE_LEVEL, Who.ANYBODY, 2, place);
    }

    boolean isAllowed() {
        return verdict.isAllowed();
    }

    /** Where it stands, as {@code file:line}. */
    public String place() {
        return verdict.rule();
    }

    /** Whether it is the same for all clients that it is for. */
    boolean isShared() {
        return shared != null;
    }

    /** This rule for a client. */
    ForClient compile(Identity client, Origin origin) {
        String excluded =
                origin.isUnknown() ? excludesByName(client) : who.excludes(client, origin);
        if (excluded != null) {
            return new ForClient(this, null, excluded);
        }
        return shared != null ? shared : substitute(client);
    }

    /**
     * What only the stored names are known of fits a rule that allows as far as these do, since it
     * was allowed before, and one that denies only if it asks for nothing else.
     */
    private @Nullable String excludesByName(Identity client) {
        return !isAllowed() && who.asksForMore()
                ? "it asks for more than is stored of a client"
                : who.excludesByName(client);
    }

    private boolean hasPlaceholder() {
        return placeholders != Placeholders.NONE
                && (filter.contains("%c") || filter.contains("%u"));
    }

    private ForClient substitute(Identity client) {
        String userName = client.userName();
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < filter.length(); i++) {
            if (!filter.startsWith("%c", i) && !filter.startsWith("%u", i)) {
                text.append(filter.charAt(i));
                continue;
            }
            String name = filter.charAt(i + 1) == 'u' ? userName : client.clientId();
            if (name == null) {
                return new ForClient(this, null, "%u: the client has no user name");
            }
            if (!isSafe(name, text.isEmpty())) {
                return unsafe(text);
            }
            text.append(name);
            i++;
        }
        return compiled(text.toString());
    }

    private boolean isSafe(String name, boolean isFirst) {
        boolean hasWildcard = name.indexOf('+') >= 0 || name.indexOf('#') >= 0;
        boolean isNoLevel =
                placeholders == Placeholders.ONE_LEVEL
                        && (name.isEmpty() || name.indexOf('/') >= 0);
        boolean isOpening = isFirst && (name.isEmpty() || isAllowed() && name.charAt(0) == '$');
        return !hasWildcard && !isNoLevel && !isOpening;
    }

    /** A name must not widen what is allowed, nor narrow what is denied. */
    private ForClient unsafe(StringBuilder before) {
        if (isAllowed()) {
            return new ForClient(
                    this,
                    null,
                    "the client's name is empty, begins with $ or holds +, # or / where it stands"
                            + " in the filter");
        }
        int level = before.lastIndexOf("/") + 1;
        return compiled(level == 0 ? "" : before.substring(0, level) + "#");
    }

    private ForClient compiled(String text) {
        return new ForClient(this, new CompiledRule(Action.bits(actions), text, verdict), "");
    }

    /** The rule in one line, without its place. */
    @Override
    public String toString() {
        String what =
                actions.equals(Action.ALL)
                        ? "all"
                        : actions.stream()
                                .sorted()
                                .map(Action::word)
                                .collect(Collectors.joining(", "));
        boolean hasCeiling = isAllowed() && verdict.maximumQos() < 2;
        return (isAllowed() ? "allow " : "deny ")
                + what
                + " "
                + (filter.isEmpty() ? "everything" : filter)
                + who
                + (hasCeiling ? " qos = " + verdict.maximumQos() : "");
    }
}
