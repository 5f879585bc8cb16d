/**
 * The broker driven by clients that nobody of this project wrote: the Mosquitto commands, Paho
 * Python, Paho C, MQTT.js, Paho Java and the HiveMQ client.
 *
 * <p>Every scenario is written once, in {@link CommonScenarios} and {@link V5Scenarios}; a {@link
 * ClientLibrary} makes one library speak it. Libraries that are not Java run in a process of their
 * own, driven line by line ({@link ProcessLibrary}).
 */
@NullMarked
package io.godwit.server.clients;

import org.jspecify.annotations.NullMarked;
