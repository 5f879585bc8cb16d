package io.godwit.broker.auth;

/** The authenticator and the rules in force; both can be replaced at any time, by any thread. */
public final class AccessControl {

    private volatile Authenticator authenticator;
    private volatile Authorizer authorizer;

    /** With these to begin with. */
    public AccessControl(Authenticator authenticator, Authorizer authorizer) {
        this.authenticator = authenticator;
        this.authorizer = authorizer;
    }

    /** Who decides who may connect. */
    public Authenticator authenticator() {
        return authenticator;
    }

    /** Who knows what clients may do. */
    public Authorizer authorizer() {
        return authorizer;
    }

    /** Puts others in their place; for clients that connect from now on. */
    public void replace(Authenticator newAuthenticator, Authorizer newAuthorizer) {
        authenticator = newAuthenticator;
        authorizer = newAuthorizer;
    }
}
