/** Tests of the HTTP server. */
@NullMarked
package io.godwit.admin.http;

import org.jspecify.annotations.NullMarked;
