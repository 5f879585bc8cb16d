@NullMarked
package io.godwit.access.authentication.jwt;

import org.jspecify.annotations.NullMarked;
