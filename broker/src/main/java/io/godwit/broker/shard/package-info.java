/** Shards: who owns which state, on which thread, and its timers. */
@NullMarked
package io.godwit.broker.shard;

import org.jspecify.annotations.NullMarked;
