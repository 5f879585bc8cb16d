/** Finds the sessions that a message is for. */
@NullMarked
package io.godwit.broker.routing;

import org.jspecify.annotations.NullMarked;
