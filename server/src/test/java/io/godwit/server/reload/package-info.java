/** Tests of reloading. */
@NullMarked
package io.godwit.server.reload;

import org.jspecify.annotations.NullMarked;
