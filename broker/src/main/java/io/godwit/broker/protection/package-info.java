/**
 * What keeps clients from wearing the broker down: bans, and limits for each address and client.
 */
@NullMarked
package io.godwit.broker.protection;

import org.jspecify.annotations.NullMarked;
