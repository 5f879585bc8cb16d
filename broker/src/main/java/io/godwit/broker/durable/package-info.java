/** Sessions, queues and retained messages in a database: the store that survives the process. */
@NullMarked
package io.godwit.broker.durable;

import org.jspecify.annotations.NullMarked;
