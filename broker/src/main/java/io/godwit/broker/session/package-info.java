/** Session State: subscriptions, flows and queues. */
@NullMarked
package io.godwit.broker.session;

import org.jspecify.annotations.NullMarked;
