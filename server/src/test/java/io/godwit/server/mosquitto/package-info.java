/** Tests of the way from Mosquitto's configuration to ours. */
@NullMarked
package io.godwit.server.mosquitto;

import org.jspecify.annotations.NullMarked;
