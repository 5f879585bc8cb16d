/**
 * An MQTT client. It starts at {@link io.godwit.client.MqttClient#builder()}; one core has three
 * faces: futures ({@link io.godwit.client.MqttClient}), blocking calls ({@link
 * io.godwit.client.BlockingClient}) and streams ({@link io.godwit.client.FlowClient}).
 */
@NullMarked
package io.godwit.client;

import org.jspecify.annotations.NullMarked;
