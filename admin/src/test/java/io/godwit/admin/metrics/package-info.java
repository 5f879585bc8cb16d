@NullMarked
package io.godwit.admin.metrics;

import org.jspecify.annotations.NullMarked;
