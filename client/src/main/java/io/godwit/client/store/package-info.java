/** What a client keeps of its session: in memory, or in a directory that survives the process. */
@NullMarked
package io.godwit.client.store;

import org.jspecify.annotations.NullMarked;
