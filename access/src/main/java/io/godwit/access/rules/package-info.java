/** What clients may do: rules, and why they decide as they do. */
@NullMarked
package io.godwit.access.rules;

import org.jspecify.annotations.NullMarked;
