package io.godwit.access.rules;

import io.godwit.access.rules.Rule.ForClient;
import io.godwit.access.rules.Rule.Placeholders;
import io.godwit.broker.auth.Authorizer;
import io.godwit.broker.auth.Identity;
import io.godwit.broker.auth.OpenAuthorizer;
import io.godwit.broker.auth.Origin;
import io.godwit.broker.auth.Permissions;
import io.godwit.broker.auth.Permit;
import io.godwit.broker.auth.Verdict;
import io.godwit.codec.Utf8;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The rules in force. A client's own permits come first, then the rules of the configuration in
 * their order, then the ACL file; the first that is about an action and matches decides, and where
 * none does, the default. Immutable and safe for every thread.
 */
public final class RuleAuthorizer implements Authorizer {

    private static final Authorizer OPEN = new OpenAuthorizer();

    /** What stands for the place of a rule that its authentication gave a client. */
    private static final String PERMIT = "its own permit for ";

    /** Tables that are kept for other clients; beyond it each client has one of its own. */
    private static final int MOST_TABLES = 1_000;

    private final List<Rule> rules;
    private final @Nullable AclFile aclFile;
    private final @Nullable Boolean allowsOtherwise;
    private final boolean mosquittoSemantics;
    private final Map<List<CompiledRule>, RuleTable> tables = new ConcurrentHashMap<>();

    /**
     * An authorizer.
     *
     * @param rules those of the configuration
     * @param aclFile Mosquitto's, or null
     * @param allowsOtherwise what holds where no rule matches; null for: allowed as long as there
     *     are no rules for the client, no others and no ACL file
     * @param mosquittoSemantics whether SUBSCRIBE always succeeds, and delivery alone is checked
     */
    public RuleAuthorizer(
            List<Rule> rules,
            @Nullable AclFile aclFile,
            @Nullable Boolean allowsOtherwise,
            boolean mosquittoSemantics) {
        this.rules = List.copyOf(rules);
        this.aclFile = aclFile;
        this.allowsOtherwise = allowsOtherwise;
        this.mosquittoSemantics = mosquittoSemantics;
    }

    @Override
    public Permissions permissionsOf(Identity identity, Origin origin) {
        List<CompiledRule> compiled = new ArrayList<>();
        boolean isShared = identity.permits().isEmpty();
        for (ForClient forClient : rulesFor(identity, origin)) {
            if (forClient.compiled() != null) {
                compiled.add(forClient.compiled());
                isShared &= forClient.rule().isShared();
            }
        }
        Verdict otherwise = otherwise(identity);
        if (compiled.isEmpty() && otherwise.isAllowed()) {
            return OPEN.permissionsOf(identity, origin);
        }
        return new ClientPermissions(table(compiled, isShared), otherwise, mosquittoSemantics);
    }

    /** Clients with the same rules have one table. */
    private RuleTable table(List<CompiledRule> compiled, boolean isShared) {
        RuleTable kept = isShared ? tables.get(compiled) : null;
        if (kept != null) {
            return kept;
        }
        return isShared && tables.size() < MOST_TABLES
                ? tables.computeIfAbsent(compiled, RuleTable::new)
                : new RuleTable(compiled);
    }

    /** All rules in their order, as this client has them. */
    List<ForClient> rulesFor(Identity identity, Origin origin) {
        List<ForClient> all = new ArrayList<>();
        for (Permit permit : identity.permits()) {
            all.add(compile(permit, identity, origin));
        }
        for (Rule rule : rules) {
            all.add(rule.compile(identity, origin));
        }
        if (aclFile != null) {
            for (Rule rule : aclFile.rulesFor(identity)) {
                all.add(rule.compile(identity, origin));
            }
        }
        return all;
    }

    /** A permit whose filter is not valid allows nothing, and denies everything. */
    private static ForClient compile(Permit permit, Identity identity, Origin origin) {
        Set<Action> actions =
                switch (permit.action()) {
                    case PUBLISH -> Set.of(Action.PUBLISH, Action.RETAIN, Action.WILL);
                    case SUBSCRIBE -> Set.of(Action.SUBSCRIBE, Action.RECEIVE);
                    case ALL -> Action.ALL;
                };
        boolean isValid = Filters.wrong(permit.filter()) == null;
        Rule rule =
                new Rule(
                        permit.isAllowed(),
                        actions,
                        isValid ? permit.filter() : "",
                        Placeholders.ONE_LEVEL,
                        Who.ANYBODY,
                        2,
                        PERMIT + Utf8.quote(permit.filter()));
        return isValid || !permit.isAllowed()
                ? rule.compile(identity, origin)
                : new ForClient(rule, null, "its topic filter is not valid");
    }

    /** What holds for a client where no rule matches. */
    Verdict otherwise(Identity identity) {
        if (allowsOtherwise != null) {
            return allowsOtherwise
                    ? new Verdict(true, 2, "authorization.default = allow")
                    : new Verdict(false, 0, "no rule matches; authorization.default = deny");
        }
        boolean hasRules = !rules.isEmpty() || aclFile != null || !identity.permits().isEmpty();
        return hasRules
                ? new Verdict(false, 0, "no rule matches")
                : new Verdict(true, 2, "there are no rules");
    }

    /** Whether SUBSCRIBE always succeeds, and delivery alone is checked. */
    boolean hasMosquittoSemantics() {
        return mosquittoSemantics;
    }
}
