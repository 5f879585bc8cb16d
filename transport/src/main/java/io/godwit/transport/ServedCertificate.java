package io.godwit.transport;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * A certificate that a listener shows its clients.
 *
 * @param file where it was read
 * @param subject whom it is for, as it says itself
 * @param issuer who has signed it
 * @param names the hosts that it is for: names and addresses
 * @param validFrom before it clients refuse it
 * @param validUntil after it clients refuse it
 */
public record ServedCertificate(
        Path file,
        String subject,
        String issuer,
        List<String> names,
        Instant validFrom,
        Instant validUntil) {

    /** Copies the list. */
    public ServedCertificate {
        names = List.copyOf(names);
    }
}
