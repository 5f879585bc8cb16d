package io.godwit.broker.auth;

/** Knows the rules about what clients may do. */
@FunctionalInterface
public interface Authorizer {

    /** What a client may do. Called on event loops, which it must not block. */
    Permissions permissionsOf(Identity identity, Origin origin);
}
