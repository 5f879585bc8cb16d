/** Measurements. */
@NullMarked
package io.godwit.bench;

import org.jspecify.annotations.NullMarked;
