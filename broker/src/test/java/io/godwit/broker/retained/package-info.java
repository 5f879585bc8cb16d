/** Tests of retained messages. */
@NullMarked
package io.godwit.broker.retained;

import org.jspecify.annotations.NullMarked;
