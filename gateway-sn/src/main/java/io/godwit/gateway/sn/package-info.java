/** The gateway for MQTT-SN: datagrams on one side, sessions of the broker on the other. */
@NullMarked
package io.godwit.gateway.sn;

import org.jspecify.annotations.NullMarked;
