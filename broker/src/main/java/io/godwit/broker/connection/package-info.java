/** Network Connections: from a packet received to the handler that answers it. */
@NullMarked
package io.godwit.broker.connection;

import org.jspecify.annotations.NullMarked;
