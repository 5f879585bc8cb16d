/**
 * A broker in one thread: its loops, clocks, randomness and network are simulated, so that a test
 * decides what happens when, and sees the same each time.
 */
@NullMarked
package io.godwit.broker.simulation;

import org.jspecify.annotations.NullMarked;
