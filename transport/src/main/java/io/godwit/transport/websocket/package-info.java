/**
 * MQTT over WebSocket (RFC 6455): the opening handshake, and what turns frames into the byte stream
 * that a wire reads and writes.
 */
@NullMarked
package io.godwit.transport.websocket;

import org.jspecify.annotations.NullMarked;
