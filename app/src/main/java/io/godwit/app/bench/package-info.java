/**
 * The load generator behind {@code godwit bench}: opens clients, publishes and subscribes by a
 * schedule, and counts what became of it.
 */
@NullMarked
package io.godwit.app.bench;

import org.jspecify.annotations.NullMarked;
