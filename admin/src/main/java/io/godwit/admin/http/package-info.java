/**
 * A small HTTP/1.1 server (RFC 9112) with JSON bodies, for any kind of stream socket, with a limit
 * on everything that a client can make it hold.
 */
@NullMarked
package io.godwit.admin.http;

import org.jspecify.annotations.NullMarked;
