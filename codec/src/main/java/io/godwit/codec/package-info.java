/** The Control Packets of MQTT 3.1, 3.1.1 and 5, as records and as bytes. */
@NullMarked
package io.godwit.codec;

import org.jspecify.annotations.NullMarked;
