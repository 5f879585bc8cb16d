/** What a store and a transport implement. */
@NullMarked
package io.godwit.broker.spi;

import org.jspecify.annotations.NullMarked;
