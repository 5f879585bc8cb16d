package io.godwit.codec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The properties of a packet or a will (§2.2.2), immutable, in the order of the wire. */
public final class Properties {

    /** No properties: what every packet before version 5 has. */
    public static final Properties NONE = new Properties(new Property<?>[0], new Object[0]);

    private final Property<?>[] keys;
    private final Object[] values;

    private Properties(Property<?>[] keys, Object[] values) {
        this.keys = keys;
        this.values = values;
    }

    /** One property. */
    public static <T> Properties of(Property<T> property, T value) {
        return new Properties(new Property<?>[] {property}, new Object[] {value});
    }

    /** An empty builder. */
    public static Builder builder() {
        return new Builder();
    }

    /** The value of a property, the first if there are several, or null. */
    @SuppressWarnings("unchecked")
    public <T> @Nullable T get(Property<T> property) {
        for (int i = 0; i < keys.length; i++) {
            if (keys[i] == property) {
                return (T) values[i];
            }
        }
        return null;
    }

    /** The value of a property, or what the specification assumes when it is absent. */
    public <T> T getOrDefault(Property<T> property, T absent) {
        T value = get(property);
        return value == null ? absent : value;
    }

    /** All values of a property that may repeat, in the order of the wire. */
    @SuppressWarnings("unchecked")
    public <T> List<T> all(Property<T> property) {
        List<T> found = new ArrayList<>();
        for (int i = 0; i < keys.length; i++) {
            if (keys[i] == property) {
                found.add((T) values[i]);
            }
        }
        return found;
    }

    /** Whether the property is there. */
    public boolean has(Property<?> property) {
        return get(property) != null;
    }

    /** How many there are, repeated ones counted each. */
    public int size() {
        return keys.length;
    }

    /** Whether there are none. */
    public boolean isEmpty() {
        return keys.length == 0;
    }

    /** The property at a place, 0 to {@code size() - 1}. */
    public Property<?> key(int index) {
        return keys[index];
    }

    /** The value at a place, 0 to {@code size() - 1}. */
    public Object value(int index) {
        return values[index];
    }

    /** These properties and one more behind them. */
    public <T> Properties with(Property<T> property, T value) {
        return builder().addAll(this).add(property, value).build();
    }

    /** Those that the predicate accepts, in the same order; itself when it accepts all. */
    public Properties only(Predicate<Property<?>> wanted) {
        Builder kept = builder();
        for (int i = 0; i < keys.length; i++) {
            if (wanted.test(keys[i])) {
                kept.keys.add(keys[i]);
                kept.values.add(values[i]);
            }
        }
        return kept.keys.size() == keys.length ? this : kept.build();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Properties that
                && Arrays.equals(keys, that.keys)
                && Arrays.equals(values, that.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("{");
        for (int i = 0; i < keys.length; i++) {
            text.append(i == 0 ? "" : ", ").append(keys[i]).append(": ").append(values[i]);
        }
        return text.append('}').toString();
    }

    /** Collects properties in order; not thread-safe. */
    public static final class Builder {
        private final List<Property<?>> keys = new ArrayList<>();
        private final List<Object> values = new ArrayList<>();

        private Builder() {}

        /** Adds one behind the others. */
        public <T> Builder add(Property<T> property, T value) {
            keys.add(property);
            values.add(value);
            return this;
        }

        /** Adds all of another set behind the others. */
        public Builder addAll(Properties properties) {
            keys.addAll(Arrays.asList(properties.keys));
            values.addAll(Arrays.asList(properties.values));
            return this;
        }

        /** Adds one whose value is known to be of the property's type. */
        Builder addUnchecked(Property<?> property, Object value) {
            keys.add(property);
            values.add(value);
            return this;
        }

        /** Whether the property was added. */
        public boolean has(Property<?> property) {
            return keys.contains(property);
        }

        /** What was added. */
        public Properties build() {
            return keys.isEmpty()
                    ? NONE
                    : new Properties(keys.toArray(new Property<?>[0]), values.toArray());
        }
    }
}
