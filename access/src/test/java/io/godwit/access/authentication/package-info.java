/** Who may connect: the links of the chain, with real files and certificates. */
@NullMarked
package io.godwit.access.authentication;

import org.jspecify.annotations.NullMarked;
