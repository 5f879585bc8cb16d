@NullMarked
package io.godwit.transport.websocket;

import org.jspecify.annotations.NullMarked;
