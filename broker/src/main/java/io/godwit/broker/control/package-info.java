/** How a running broker is looked into and changed from outside its shards. */
@NullMarked
package io.godwit.broker.control;

import org.jspecify.annotations.NullMarked;
