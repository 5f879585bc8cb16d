/** What packets came and went: traces that somebody asks for. */
@NullMarked
package io.godwit.broker.trace;

import org.jspecify.annotations.NullMarked;
