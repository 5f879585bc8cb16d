/** Tests of the durable store. */
@NullMarked
package io.godwit.broker.durable;

import org.jspecify.annotations.NullMarked;
