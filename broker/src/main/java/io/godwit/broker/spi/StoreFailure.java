package io.godwit.broker.spi;

import io.godwit.codec.ReasonCode;

/**
 * Why something could not be stored.
 *
 * @param reasonCode what a client is told: 0x97 (quota exceeded) where there is no space, else 0x83
 * @param why in words
 */
public record StoreFailure(ReasonCode reasonCode, String why) {}
