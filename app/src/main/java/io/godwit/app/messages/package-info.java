/**
 * {@code godwit pub}, {@code godwit sub} and {@code godwit rr}: Mosquitto's commands, by the same
 * flags, over the project's own client.
 */
@NullMarked
package io.godwit.app.messages;

import org.jspecify.annotations.NullMarked;
