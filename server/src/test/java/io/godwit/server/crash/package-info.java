/** The broker's process is killed under load, again and again; a checker knows what it promised. */
@NullMarked
package io.godwit.server.crash;

import org.jspecify.annotations.NullMarked;
