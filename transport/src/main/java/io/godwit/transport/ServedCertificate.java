package io.godwit.transport;

import java.nio.file.Path;
import java.time.Instant;

/**
 * A certificate that a listener shows its clients.
 *
 * @param file where it was read
 * @param subject whom it is for, as it says itself
 * @param validFrom before it clients refuse it
 * @param validUntil after it clients refuse it
 */
public record ServedCertificate(Path file, String subject, Instant validFrom, Instant validUntil) {}
