package io.godwit.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Starts an MQTT broker in the test's process, on a free port of 127.0.0.1, and stops it. Where it
 * stands says how long the broker lives:
 *
 * <ul>
 *   <li>on a class or a static field: for all tests of the class, nested ones included
 *   <li>on an instance field: as long as the instance, which by default is one test
 *   <li>on a test method, or a parameter of one: for that test
 *   <li>on a parameter of {@code @BeforeAll} or a constructor: as for a static and an instance
 *       field
 * </ul>
 *
 * <p>Parameters and fields get what their type says: a {@link TestBroker}, or a connected {@link
 * io.godwit.client.MqttClient} or {@link io.godwit.client.BlockingClient} of it. Fields want the
 * annotation; a parameter without it gets the broker that was started for it around.
 *
 * <p>Several brokers at once have names. A name stands for one broker: where it was started further
 * out, the annotation further in means that one, and must then say the same.
 */
@Target({
    ElementType.TYPE,
    ElementType.METHOD,
    ElementType.FIELD,
    ElementType.PARAMETER,
    ElementType.ANNOTATION_TYPE
})
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ExtendWith(MqttBrokerExtension.class)
public @interface MqttBroker {

    /** Tells several brokers apart. */
    String name() default "";

    /** Where sessions and messages are kept. */
    Store store() default Store.MEMORY;

    /**
     * More of its configuration, as it would stand in {@code godwit.conf}. With any of it anonymous
     * clients are refused unless it allows them, as with a file. The data directory, {@code
     * persistence.mode} and {@code event-loops}, which is 1, are not taken from it.
     */
    String config() default "";

    /** Seconds that {@link TestBroker} waits for what a test awaits, 1 or more. */
    int patience() default 5;

    /** Where a broker keeps sessions and messages. */
    enum Store {
        /** In the heap: nothing outlives the broker. */
        MEMORY,
        /**
         * On disk, in a temporary directory that is removed at the end: what was acknowledged
         * outlives {@link TestBroker#restart}.
         */
        DURABLE
    }
}
