/** The dashboard: static files that a browser makes pages of, with what the HTTP API says. */
@NullMarked
package io.godwit.admin.dashboard;

import org.jspecify.annotations.NullMarked;
