/** Tests of the HTTP API and of its socket. */
@NullMarked
package io.godwit.admin;

import org.jspecify.annotations.NullMarked;
