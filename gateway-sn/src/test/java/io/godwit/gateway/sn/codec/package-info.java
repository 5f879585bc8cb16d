/** Tests of the datagrams. */
@NullMarked
package io.godwit.gateway.sn.codec;

import org.jspecify.annotations.NullMarked;
