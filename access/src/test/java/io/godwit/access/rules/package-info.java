/** Tests of the rules. */
@NullMarked
package io.godwit.access.rules;

import org.jspecify.annotations.NullMarked;
