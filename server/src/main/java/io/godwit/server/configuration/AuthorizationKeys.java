package io.godwit.server.configuration;

import io.godwit.access.rules.Action;
import io.godwit.access.rules.Filters;
import io.godwit.access.rules.Glob;
import io.godwit.access.rules.Rule;
import io.godwit.access.rules.Rule.Placeholders;
import io.godwit.access.rules.Who;
import io.godwit.broker.auth.Network;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The keys of {@code authorization}, and those of each of its rules. */
final class AuthorizationKeys {

    /** The path of the list of rules, which are blocks. */
    static final String RULES = "authorization.rules";

    private static final Kind<List<Set<Action>>> ACTIONS =
            Kind.many(
                    Kind.words(
                            Map.of(
                                    "publish", Set.of(Action.PUBLISH),
                                    "subscribe", Set.of(Action.SUBSCRIBE),
                                    "receive", Set.of(Action.RECEIVE),
                                    "retain", Set.of(Action.RETAIN),
                                    "will", Set.of(Action.WILL),
                                    "all", Action.ALL)));

    /** The keys of a rule. */
    static final List<Key<RuleDraft, ?>> OF_RULE =
            List.of(
                    new Key<>("allow", ACTIONS, "", (it, actions) -> it.allow = actions),
                    new Key<>("deny", ACTIONS, "", (it, actions) -> it.deny = actions),
                    new Key<>("filter", Kind.text(), "", (it, filter) -> it.filter = filter),
                    new Key<>("user", Kind.text(), "", (it, user) -> it.user = new Glob(user)),
                    new Key<>("client-id", Kind.text(), "", (it, id) -> it.clientId = new Glob(id)),
                    new Key<>("group", Kind.text(), "", (it, group) -> it.group = group),
                    new Key<>("address", Kind.network(), "", (it, range) -> it.address = range),
                    new Key<>("listener", Kind.text(), "", (it, name) -> it.listener = name),
                    new Key<>("qos", Kind.integer(0, 2), "2", (it, qos) -> it.qos = qos));

    /** A rule that is being put together. */
    static final class RuleDraft {
        @Nullable List<Set<Action>> allow;
        @Nullable List<Set<Action>> deny;
        @Nullable String filter;
        @Nullable Glob user;
        @Nullable Glob clientId;
        @Nullable String group;
        @Nullable Network address;
        @Nullable String listener;
        @Nullable Integer qos;

        /** What is wrong with it as a whole, in words behind its path; null if nothing is. */
        @Nullable String wrong() {
            if ((allow == null) == (deny == null)) {
                return allow == null ? " has neither allow nor deny" : " has both allow and deny";
            }
            if (actions().isEmpty()) {
                return " is about no action; allow and deny take " + ACTIONS.range();
            }
            if (filter == null) {
                return " has no filter; one for everything is \"#\"";
            }
            if (deny != null && qos != null) {
                return " has a qos, which only a rule that allows can have";
            }
            String wrong = Filters.wrong(filter);
            return wrong == null ? null : ": " + wrong;
        }

        private Set<Action> actions() {
            List<Set<Action>> given = allow != null ? allow : deny != null ? deny : List.of();
            Set<Action> actions = new HashSet<>();
            given.forEach(actions::addAll);
            return actions;
        }

        /** The rule, if nothing is wrong. */
        Rule finish(String place) {
            return new Rule(
                    allow != null,
                    actions(),
                    filter == null ? "" : filter,
                    Placeholders.ONE_LEVEL,
                    new Who(user, false, clientId, group, address, listener),
                    qos == null ? 2 : qos,
                    place);
        }
    }

    private AuthorizationKeys() {}

    static List<Key<Draft, ?>> keys() {
        return List.of(
                new Key<>(
                        "authorization.acl-file",
                        Kind.optional(Kind.path()),
                        "none",
                        (it, path) -> it.aclFile = path),
                new Key<>(RULES, rules(), "[]", (it, none) -> it.rules.addAll(none)),
                new Key<>(
                        "authorization.default",
                        Kind.words(
                                Map.of(
                                        "allow", Optional.of(true),
                                        "deny", Optional.of(false),
                                        "deny-if-rules", Optional.<Boolean>empty())),
                        "deny-if-rules",
                        (it, allows) -> it.allowsOtherwise = allows),
                new Key<>(
                        "authorization.mosquitto-semantics",
                        Kind.truth(),
                        "false",
                        (it, yes) -> it.mosquittoSemantics = yes));
    }

    /** As a text there is only the list without any; the reader reads the blocks of others. */
    private static Kind<List<Rule>> rules() {
        return new Kind<>(
                "a list of blocks such as { allow = all, filter = \"devices/%c/#\" }",
                "rules, which docs/authorization.md describes",
                true,
                text -> text.isEmpty() ? Optional.of(List.of()) : Optional.empty());
    }
}
