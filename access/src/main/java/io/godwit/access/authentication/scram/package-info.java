/** Enhanced authentication with SCRAM-SHA-256 and SCRAM-SHA-512 (RFC 5802, RFC 7677). */
@NullMarked
package io.godwit.access.authentication.scram;

import org.jspecify.annotations.NullMarked;
