@NullMarked
package io.godwit.broker.trace;

import org.jspecify.annotations.NullMarked;
