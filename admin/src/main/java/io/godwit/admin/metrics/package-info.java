/** The metrics of a running broker, for Prometheus and all that reads its formats. */
@NullMarked
package io.godwit.admin.metrics;

import org.jspecify.annotations.NullMarked;
