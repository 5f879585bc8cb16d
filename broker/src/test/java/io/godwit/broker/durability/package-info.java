/** Conversations with a broker that keeps sessions on a disk, across crashes and disk trouble. */
@NullMarked
package io.godwit.broker.durability;

import org.jspecify.annotations.NullMarked;
