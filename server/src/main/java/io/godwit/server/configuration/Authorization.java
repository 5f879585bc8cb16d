package io.godwit.server.configuration;

import io.godwit.access.rules.AclFile;
import io.godwit.access.rules.Rule;
import io.godwit.access.rules.RuleAuthorizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What clients may do; configured under {@code authorization}.
 *
 * @param aclPath where Mosquitto's ACL file is, absolute; empty for none
 * @param acl what it held when it was read
 * @param rules in the order in which they are asked
 * @param allowsOtherwise what holds where no rule matches; empty for: denied if there are any
 * @param mosquittoSemantics whether SUBSCRIBE always succeeds, and delivery alone is checked
 */
public record Authorization(
        Optional<Path> aclPath,
        Optional<AclFile> acl,
        List<Rule> rules,
        Optional<Boolean> allowsOtherwise,
        boolean mosquittoSemantics) {

    /** Copies the list. */
    public Authorization {
        rules = List.copyOf(rules);
    }

    /** Whether there are no rules, so that everybody may do everything. */
    boolean isOpen() {
        return rules.isEmpty() && acl.isEmpty() && allowsOtherwise.orElse(true);
    }

    /** Who decides by these rules. */
    public RuleAuthorizer authorizer() {
        return new RuleAuthorizer(
                rules, acl.orElse(null), allowsOtherwise.orElse(null), mosquittoSemantics);
    }
}
