/** The {@code godwit} command. */
@NullMarked
package io.godwit.app;

import org.jspecify.annotations.NullMarked;
