/** Who may connect, publish and subscribe. */
@NullMarked
package io.godwit.broker.auth;

import org.jspecify.annotations.NullMarked;
