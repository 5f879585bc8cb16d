/** Names the statements of the MQTT specifications that a test proves. */
@NullMarked
package io.godwit.spec;

import org.jspecify.annotations.NullMarked;
