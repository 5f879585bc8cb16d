/**
 * Tests of the extension, with the oldest JUnit that it works with; examples/junit has the newest.
 */
@NullMarked
package io.godwit.junit;

import org.jspecify.annotations.NullMarked;
