/** Who may do what, end to end. */
@NullMarked
package io.godwit.server.access;

import org.jspecify.annotations.NullMarked;
