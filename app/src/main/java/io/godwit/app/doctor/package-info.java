/**
 * The examination behind {@code godwit doctor}: tries what a server can do, and leaves nothing
 * behind there.
 */
@NullMarked
package io.godwit.app.doctor;

import org.jspecify.annotations.NullMarked;
