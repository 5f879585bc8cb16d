/** Contracts that implementations of the broker's SPI are tested against. */
@NullMarked
package io.godwit.broker.spi;

import org.jspecify.annotations.NullMarked;
