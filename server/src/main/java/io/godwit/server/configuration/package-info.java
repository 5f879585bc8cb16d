/** The configuration: {@code godwit.conf}, the environment and the built-in defaults. */
@NullMarked
package io.godwit.server.configuration;

import org.jspecify.annotations.NullMarked;
