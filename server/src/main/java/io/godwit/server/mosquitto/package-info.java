/** Mosquitto's configuration file, translated into our own. */
@NullMarked
package io.godwit.server.mosquitto;

import org.jspecify.annotations.NullMarked;
