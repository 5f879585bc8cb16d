/** The dashboard in Chromium. */
@NullMarked
package io.godwit.server.dashboard;

import org.jspecify.annotations.NullMarked;
