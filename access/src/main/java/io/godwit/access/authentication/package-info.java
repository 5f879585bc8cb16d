/** Who may connect: a chain of authenticators. */
@NullMarked
package io.godwit.access.authentication;

import org.jspecify.annotations.NullMarked;
