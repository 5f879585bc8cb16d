/** Network Connections on sockets, with Netty. */
@NullMarked
package io.godwit.transport;

import org.jspecify.annotations.NullMarked;
