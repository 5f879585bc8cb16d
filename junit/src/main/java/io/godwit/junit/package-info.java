/**
 * An MQTT broker inside a JUnit test. It starts at {@link io.godwit.junit.MqttBroker}; what a test
 * does with a broker is in {@link io.godwit.junit.TestBroker}.
 */
@NullMarked
package io.godwit.junit;

import org.jspecify.annotations.NullMarked;
