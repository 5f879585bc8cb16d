package io.godwit.spec;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The normative statements that a test proves: the test must fail when the line that decides one of
 * them is broken.
 *
 * <p>Since MQTT 3.1.1 and MQTT 5 number their statements differently, each is named with its
 * version, as in {@code @Spec("v5 MQTT-3.3.1-2")} or {@code @Spec({"v3 MQTT-3.3.1-2", "v5
 * MQTT-3.3.1-2"})}. On a class it holds for the class as a whole. The identifiers are those of
 * {@code normative.csv}; the build writes {@code docs/conformance.md} from them.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
public @interface Spec {

    /** Statements, each {@code v3} or {@code v5}, a space, and the identifier without brackets. */
    String[] value();
}
