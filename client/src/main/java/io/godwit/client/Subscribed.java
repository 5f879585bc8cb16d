package io.godwit.client;

import io.godwit.codec.Properties;
import io.godwit.codec.ReasonCode;
import java.util.List;

/**
 * What the server says to a SUBSCRIBE.
 *
 * @param reasonCodes one for each subscription, in their order: the granted QoS, or an error
 * @param properties of the SUBACK
 */
public record Subscribed(List<ReasonCode> reasonCodes, Properties properties) {}
