@NullMarked
package io.godwit.access.authentication.http;

import org.jspecify.annotations.NullMarked;
