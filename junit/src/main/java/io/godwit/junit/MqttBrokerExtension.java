package io.godwit.junit;

import io.godwit.client.BlockingClient;
import io.godwit.client.MqttClient;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Field;
import java.lang.reflect.Parameter;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestInstancePostProcessor;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;
import org.junit.platform.commons.support.ModifierSupport;

/**
 * Does what {@link MqttBroker} asks for. It keeps no state of its own: that is in a {@link Scope}
 * for each context of JUnit.
 */
final class MqttBrokerExtension
        implements BeforeAllCallback,
                TestInstancePostProcessor,
                BeforeEachCallback,
                AfterEachCallback,
                ParameterResolver {

    private static final Namespace NAMESPACE = Namespace.create(MqttBrokerExtension.class);

    private static final Set<Class<?>> INJECTED =
            Set.of(TestBroker.class, MqttClient.class, BlockingClient.class);

    /** What an instance is given belongs to its test, where each test has an instance. */
    @Override
    public ExtensionContextScope getTestInstantiationExtensionContextScope(ExtensionContext root) {
        return ExtensionContextScope.TEST_METHOD;
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        Class<?> testClass = context.getRequiredTestClass();
        Scope scope = scope(context);
        annotation(testClass).ifPresent(it -> scope.declare(BrokerSettings.of(it)));
        injectFields(testClass, null, scope, ModifierSupport::isStatic);
    }

    @Override
    public void postProcessTestInstance(Object instance, ExtensionContext context) {
        injectFields(instance.getClass(), instance, scope(context), ModifierSupport::isNotStatic);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        Scope scope = scope(context);
        context.getTestMethod()
                .ifPresent(method -> {
                    annotation(method).ifPresent(it -> scope.declare(BrokerSettings.of(it)));
                    for (Parameter parameter : method.getParameters()) { // for @BeforeEach methods
                        annotation(parameter).ifPresent(it -> scope.declare(BrokerSettings.of(it)));
                    }
                });
        scope.testBegins();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        scope(context).testEnds();
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return INJECTED.contains(parameter.getParameter().getType())
                || parameter.isAnnotated(MqttBroker.class);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Scope scope = scope(context);
        TestBroker broker =
                parameter
                        .findAnnotation(MqttBroker.class)
                        .map(it -> scope.declare(BrokerSettings.of(it)))
                        .orElseGet(scope::only);
        return value(parameter.getParameter().getType(), broker);
    }

    private static void injectFields(
            Class<?> type, @Nullable Object instance, Scope scope, Predicate<Field> which) {
        for (Field field :
                AnnotationSupport.findAnnotatedFields(
                        type, MqttBroker.class, which, HierarchyTraversalMode.TOP_DOWN)) {
            MqttBroker annotation = annotation(field).orElseThrow();
            TestBroker broker = scope.declare(BrokerSettings.of(annotation));
            try {
                field.setAccessible(true);
                field.set(instance, value(field.getType(), broker));
            } catch (IllegalAccessException | RuntimeException failure) {
                throw new ExtensionConfigurationException(
                        "@MqttBroker can't set %s.%s: %s"
                                .formatted(
                                        field.getDeclaringClass().getName(),
                                        field.getName(),
                                        failure.getMessage()),
                        failure);
            }
        }
    }

    private static Object value(Class<?> type, TestBroker broker) {
        if (type == TestBroker.class) {
            return broker;
        }
        if (type == MqttClient.class) {
            return broker.anyClient();
        }
        if (type == BlockingClient.class) {
            return broker.anyClient().blocking();
        }
        throw new ExtensionConfigurationException(
                "@MqttBroker gives a TestBroker, an MqttClient or a BlockingClient, and no "
                        + type.getName());
    }

    private static Optional<MqttBroker> annotation(AnnotatedElement element) {
        return AnnotationSupport.findAnnotation(element, MqttBroker.class);
    }

    /** The scope of a context, inside those of the contexts around it. */
    private static Scope scope(ExtensionContext context) {
        @Nullable Scope around = context.getParent().map(MqttBrokerExtension::scope).orElse(null);
        return context.getStore(NAMESPACE)
                .getOrComputeIfAbsent(context.getUniqueId(), _ -> new Scope(around), Scope.class);
    }
}
