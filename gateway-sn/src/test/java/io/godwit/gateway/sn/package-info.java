/** Conversations with the gateway over UDP. */
@NullMarked
package io.godwit.gateway.sn;

import org.jspecify.annotations.NullMarked;
