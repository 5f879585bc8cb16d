/** Datagrams of MQTT-SN and what they say; behind {@code SnCodec} one class for each version. */
@NullMarked
package io.godwit.gateway.sn.codec;

import org.jspecify.annotations.NullMarked;
