/** Another configuration for a broker that runs: what differs, and how it is applied. */
@NullMarked
package io.godwit.server.reload;

import org.jspecify.annotations.NullMarked;
