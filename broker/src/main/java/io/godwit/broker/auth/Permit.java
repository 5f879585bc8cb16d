package io.godwit.broker.auth;

/**
 * A rule that an authentication brought along for its client only, such as a claim of a token.
 *
 * @param isAllowed false to deny
 * @param filter a Topic Filter, in which {@code %u} and {@code %c} stand for user name and Client
 *     Identifier
 */
public record Permit(boolean isAllowed, Action action, String filter) {

    /** What a rule is about. */
    public enum Action {
        /** PUBLISH, and the will. */
        PUBLISH,
        /** SUBSCRIBE, and what is delivered by it. */
        SUBSCRIBE,
        /** Both. */
        ALL
    }
}
