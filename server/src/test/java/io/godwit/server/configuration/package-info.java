/** Tests of the configuration. */
@NullMarked
package io.godwit.server.configuration;

import org.jspecify.annotations.NullMarked;
