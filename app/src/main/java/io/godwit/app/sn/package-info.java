/** {@code godwit sn}: clients of MQTT-SN for the command line, over the gateway's codec. */
@NullMarked
package io.godwit.app.sn;

import org.jspecify.annotations.NullMarked;
