/** Will Messages. */
@NullMarked
package io.godwit.broker.will;

import org.jspecify.annotations.NullMarked;
