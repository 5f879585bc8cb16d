package io.godwit.client;

import io.godwit.codec.Properties;
import io.godwit.codec.ReasonCode;

/**
 * What became of a message that was published.
 *
 * @param reasonCode success, or 0x10 No matching subscribers where the server says so (version 5)
 * @param properties of the acknowledgement
 */
public record Published(ReasonCode reasonCode, Properties properties) {}
