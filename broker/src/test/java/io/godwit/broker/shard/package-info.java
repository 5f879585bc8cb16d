/** Tests of the shards. */
@NullMarked
package io.godwit.broker.shard;

import org.jspecify.annotations.NullMarked;
