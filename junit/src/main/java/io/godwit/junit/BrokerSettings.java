package io.godwit.junit;

import io.godwit.server.configuration.Configuration;
import io.godwit.server.configuration.ConfigurationProblems;
import io.godwit.server.configuration.LoadedConfiguration;
import io.godwit.server.configuration.Persistence;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What a broker is to be; see {@link MqttBroker}.
 *
 * @param patience how long is waited for what a test awaits
 */
record BrokerSettings(String name, MqttBroker.Store store, String config, Duration patience) {

    /**
     * The listener that the proxy connects to, by a name that no configuration gives to another.
     */
    static final String LISTENER = "@MqttBroker";

    static final BrokerSettings DEFAULTS =
            new BrokerSettings("", MqttBroker.Store.MEMORY, "", Duration.ofSeconds(5));

    BrokerSettings {
        if (patience.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("patience is 1 second or more");
        }
    }

    static BrokerSettings of(MqttBroker annotation) {
        return new BrokerSettings(
                annotation.name(),
                annotation.store(),
                annotation.config(),
                Duration.ofSeconds(annotation.patience()));
    }

    BrokerSettings withStore(MqttBroker.Store other) {
        return new BrokerSettings(name, other, config, patience);
    }

    boolean isDurable() {
        return store == MqttBroker.Store.DURABLE;
    }

    /**
     * The configuration, with a listener on a free port.
     *
     * @throws IllegalArgumentException if {@code config} can't be used, with all that is wrong
     */
    Configuration configuration(Path directory) {
        Configuration base = base();
        Persistence asked = base.persistence();
        return base.withDataDir(directory)
                .withListener(LISTENER, "127.0.0.1", 0)
                .withEventLoops(1) // many brokers may be there at once, and few clients each
                .withPersistence(
                        new Persistence(
                                isDurable() ? Persistence.Mode.DURABLE : Persistence.Mode.MEMORY,
                                asked.durability(),
                                asked.minimumFreeSpace(),
                                asked.restartGrace()));
    }

    private Configuration base() {
        if (config.isBlank()) {
            return Configuration.defaults().withListeners(List.of());
        }
        Configuration given = parse(config);
        boolean hasListeners = !given.listeners().equals(parse("").listeners());
        return hasListeners ? given : given.withListeners(List.of());
    }

    private static Configuration parse(String text) {
        try {
            return LoadedConfiguration.parse(text, "config of @MqttBroker", Map.of())
                    .configuration();
        } catch (ConfigurationProblems problems) {
            throw new IllegalArgumentException(problems.getMessage(), problems);
        }
    }
}
