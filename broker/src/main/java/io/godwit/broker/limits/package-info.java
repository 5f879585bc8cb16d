/** Limits and their named outcomes. */
@NullMarked
package io.godwit.broker.limits;

import org.jspecify.annotations.NullMarked;
