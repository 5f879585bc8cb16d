package io.godwit.access.authentication;

import io.godwit.broker.auth.Credentials;
import io.godwit.broker.auth.Identity;
import io.godwit.broker.auth.Origin;
import io.godwit.codec.ReasonCode;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Accepts clients by the certificate that they have proved to own, on listeners that take an
 * identity from it. The user name and the password of CONNECT then count for nothing.
 */
public final class CertificateLink implements Link {

    /** The word for it in {@code authentication.order}. */
    public static final String NAME = "certificate";

    private final Map<String, Mapping> listeners;

    /**
     * What a listener takes from certificates.
     *
     * @param userName the user name; empty for none
     * @param clientId the Client Identifier; empty for that of CONNECT
     */
    public record Mapping(Optional<CertificatePart> userName, Optional<CertificatePart> clientId) {

        /** A listener that takes nothing from them. */
        public static final Mapping NONE = new Mapping(Optional.empty(), Optional.empty());

        /** Whether it takes nothing. */
        public boolean isNone() {
            return equals(NONE);
        }
    }

    /**
     * A link for these listeners.
     *
     * @param listeners by name; what is not among them takes nothing from certificates
     */
    public CertificateLink(Map<String, Mapping> listeners) {
        this.listeners = Map.copyOf(listeners);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void authenticate(Credentials credentials, Consumer<Decision> decided) {
        decided.accept(decide(credentials));
    }

    private Decision decide(Credentials credentials) {
        Origin origin = credentials.origin();
        Mapping mapping = listeners.getOrDefault(origin.listener(), Mapping.NONE);
        if (mapping.isNone()) {
            return new Passed("listener " + origin.listener() + " takes no identity from it");
        }
        if (origin.certificates().isEmpty()) {
            return new Passed("the client showed none");
        }
        X509Certificate certificate = origin.certificates().getFirst();
        Optional<String> userName = mapping.userName().flatMap(part -> part.of(certificate));
        Optional<String> clientId = mapping.clientId().flatMap(part -> part.of(certificate));
        if (mapping.userName().isPresent() && userName.isEmpty()) {
            return lacks(mapping.userName().get(), "user name");
        }
        if (mapping.clientId().isPresent() && clientId.isEmpty()) {
            return lacks(mapping.clientId().get(), "client identifier");
        }
        return new Accepted(
                new Identity(
                        clientId.orElse(credentials.clientId()),
                        clientId.isPresent(),
                        userName.orElse(null),
                        Set.of(),
                        List.of()));
    }

    private static Refused lacks(CertificatePart part, String what) {
        return new Refused(
                ReasonCode.NOT_AUTHORIZED,
                "it has no %s that could be the %s".formatted(part.word(), what));
    }
}
