/** Tests of bans and counts. */
@NullMarked
package io.godwit.broker.protection;

import org.jspecify.annotations.NullMarked;
