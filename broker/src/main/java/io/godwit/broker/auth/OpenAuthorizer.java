package io.godwit.broker.auth;

import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;

/** Allows everything but publishing on {@code $SYS}, which is the server's own (§4.7.2). */
public final class OpenAuthorizer implements Authorizer {

    private static final byte[] SYSTEM = {'$', 'S', 'Y', 'S'};

    @Override
    public boolean mayPublish(Identity identity, TopicName topic) {
        return !topic.isDollar() || !isSystem(topic.bytes());
    }

    @Override
    public boolean maySubscribe(Identity identity, TopicFilter filter) {
        return true;
    }

    private static boolean isSystem(byte[] topic) {
        for (int i = 0; i < SYSTEM.length; i++) {
            if (i >= topic.length || topic[i] != SYSTEM[i]) {
                return false;
            }
        }
        return topic.length == SYSTEM.length || topic[SYSTEM.length] == '/';
    }
}
