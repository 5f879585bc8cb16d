/** Sockets of a client: TCP, TLS, WebSocket, Unix domain sockets, proxies. */
@NullMarked
package io.godwit.client.network;

import org.jspecify.annotations.NullMarked;
