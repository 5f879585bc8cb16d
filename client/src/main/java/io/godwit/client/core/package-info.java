/**
 * What a client does, behind the interfaces of {@link io.godwit.client}. One lock guards the state
 * of a client; no one who holds it waits for the network, a callback or a future.
 */
@NullMarked
package io.godwit.client.core;

import org.jspecify.annotations.NullMarked;
