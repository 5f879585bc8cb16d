/** The MQTT server: its configuration, its wiring, and how to embed it. */
@NullMarked
package io.godwit.server;

import org.jspecify.annotations.NullMarked;
