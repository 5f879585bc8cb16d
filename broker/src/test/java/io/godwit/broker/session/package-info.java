/** Tests of sessions. */
@NullMarked
package io.godwit.broker.session;

import org.jspecify.annotations.NullMarked;
