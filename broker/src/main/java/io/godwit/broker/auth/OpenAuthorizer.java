package io.godwit.broker.auth;

import io.godwit.codec.TopicFilter;
import io.godwit.codec.TopicName;

/** Allows everything but publishing on {@code $SYS}, which is the server's own (§4.7.2). */
public final class OpenAuthorizer implements Authorizer {

    private static final byte[] SYSTEM = {'$', 'S', 'Y', 'S'};

    /** What is said of publishing on {@code $SYS}, whatever the rules are. */
    public static final Verdict OWN =
            new Verdict(false, 0, "topics below $SYS are the server's own");

    private static final Permissions OPEN =
            new Permissions() {
                @Override
                public Verdict publish(TopicName topic, int qos, boolean retain) {
                    return isSystem(topic) ? OWN : Verdict.ALLOWED;
                }

                @Override
                public Verdict will(TopicName topic, int qos, boolean retain) {
                    return publish(topic, qos, retain);
                }

                @Override
                public Verdict subscribe(TopicFilter filter) {
                    return Verdict.ALLOWED;
                }

                @Override
                public Verdict receive(TopicName topic) {
                    return Verdict.ALLOWED;
                }

                @Override
                public boolean receivesAll() {
                    return true;
                }
            };

    @Override
    public Permissions permissionsOf(Identity identity, Origin origin) {
        return OPEN;
    }

    /** Whether a topic is {@code $SYS} or below it. */
    public static boolean isSystem(TopicName topic) {
        return topic.isDollar() && isSystem(topic.bytes());
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
