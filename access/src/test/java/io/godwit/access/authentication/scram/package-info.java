@NullMarked
package io.godwit.access.authentication.scram;

import org.jspecify.annotations.NullMarked;
