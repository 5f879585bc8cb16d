/** The HTTP API of the broker and the Unix domain socket that serves it. */
@NullMarked
package io.godwit.admin;

import org.jspecify.annotations.NullMarked;
