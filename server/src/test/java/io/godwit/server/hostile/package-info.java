/** Clients that mean no good, over sockets, and the clients that must not notice. */
@NullMarked
package io.godwit.server.hostile;

import org.jspecify.annotations.NullMarked;
