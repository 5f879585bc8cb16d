/**
 * {@code godwit pub}, {@code godwit sub} and {@code godwit rr}, Mosquitto's commands by the same
 * flags, over the project's own client; and the command lines of {@code godwit bench}, {@code
 * godwit shell} and {@code godwit doctor}.
 */
@NullMarked
package io.godwit.app.messages;

import org.jspecify.annotations.NullMarked;
