/** A service of the operator's that is asked over HTTP who may connect. */
@NullMarked
package io.godwit.access.authentication.http;

import org.jspecify.annotations.NullMarked;
