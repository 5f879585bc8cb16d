/** Tests of routing. */
@NullMarked
package io.godwit.broker.routing;

import org.jspecify.annotations.NullMarked;
