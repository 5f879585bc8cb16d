/** Conversations with the broker that prove the normative statements of MQTT. */
@NullMarked
package io.godwit.broker.conformance;

import org.jspecify.annotations.NullMarked;
