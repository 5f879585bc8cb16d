package io.godwit.server.configuration;

import io.godwit.access.authentication.jwt.JwksUrl;
import io.godwit.access.authentication.jwt.JwtSettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which tokens let clients in; configured under {@code authentication.jwt}.
 *
 * @param claims what they must say
 * @param jwksFile the JWK Set with the keys, if it is a file
 * @param jwksUrl the JWK Set with the keys, if it is at a URL
 * @param fetching how it is fetched then
 * @param secret for HMAC
 * @param publicKey a file of public keys in PEM
 */
public record TokenSettings(
        JwtSettings claims,
        Optional<Path> jwksFile,
        Optional<URI> jwksUrl,
        JwksUrl.Fetching fetching,
        Optional<String> secret,
        Optional<Path> publicKey) {

    /** Leaves the secret out. */
    @Override
    public String toString() {
        return "TokenSettings[%s, %s, %s]".formatted(claims, jwksFile, jwksUrl);
    }
}
