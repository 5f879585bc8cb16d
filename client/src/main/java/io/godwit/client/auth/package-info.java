/** Enhanced authentication of a client (§4.12). */
@NullMarked
package io.godwit.client.auth;

import org.jspecify.annotations.NullMarked;
