package io.godwit.server.configuration;

import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import com.typesafe.config.ConfigValueType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a configuration says: its file with what that includes, and the environment over it.
 * Immutable.
 */
public final class ConfigurationText {

    /** A configuration that says nothing. */
    public static final ConfigurationText EMPTY =
            new ConfigurationText(ConfigValueFactory.fromMap(Map.of()));

    private static final String HIDDEN = "***";

    private final ConfigObject root;

    /** Of a configuration that was resolved. */
    ConfigurationText(ConfigObject root) {
        this.root = root;
    }

    /** It in HOCON, without comments and with {@code ***} for everything that is secret. */
    public String masked() {
        return ConfigValueFactory.fromMap(masked(root))
                .render(
                        ConfigRenderOptions.defaults()
                                .setJson(false)
                                .setComments(false)
                                .setOriginComments(false));
    }

    private static Map<String, Object> masked(ConfigObject block) {
        Map<String, Object> masked = new LinkedHashMap<>();
        new TreeMap<>(block)
                .forEach((key, value) -> {
                    if (value instanceof ConfigObject inner) {
                        masked.put(key, masked(inner));
                    } else if (value.valueType() != ConfigValueType.NULL) {
                        masked.put(key, masked(key, value));
                    }
                });
        return masked;
    }

    private static Object masked(String key, ConfigValue value) {
        if (Secrets.isSecret("." + key)) {
            return HIDDEN;
        }
        Object plain = value.unwrapped();
        return plain instanceof String text ? Secrets.shown(key, text) : plain;
    }

    /** Without what it holds. */
    @Override
    public String toString() {
        return "ConfigurationText of " + root.size() + " keys";
    }
}
