/** Tests that read the repository itself: its style, the order of its parts, and what it proves. */
@NullMarked
package io.godwit.tidy;

import org.jspecify.annotations.NullMarked;
