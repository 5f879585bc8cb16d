/** Tests of what authentication and authorisation are told. */
@NullMarked
package io.godwit.broker.auth;

import org.jspecify.annotations.NullMarked;
