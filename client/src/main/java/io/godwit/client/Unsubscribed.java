package io.godwit.client;

import io.godwit.codec.Properties;
import io.godwit.codec.ReasonCode;
import java.util.List;

/**
 * What the server says to an UNSUBSCRIBE.
 *
 * @param reasonCodes one for each filter, in their order; none before version 5
 * @param properties of the UNSUBACK
 */
public record Unsubscribed(List<ReasonCode> reasonCodes, Properties properties) {}
