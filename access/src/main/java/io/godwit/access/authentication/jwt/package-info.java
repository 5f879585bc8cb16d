/** Signed tokens (JWT, RFC 7519) as proof of who a client is. */
@NullMarked
package io.godwit.access.authentication.jwt;

import org.jspecify.annotations.NullMarked;
