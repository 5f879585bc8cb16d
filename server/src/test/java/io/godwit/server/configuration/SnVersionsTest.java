package io.godwit.server.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.godwit.gateway.sn.codec.SnVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which versions of MQTT-SN a listener speaks. */
class SnVersionsTest {

    @TempDir private Path directory = Path.of("");

    private Set<SnVersion> versions(String settings) throws Exception {
        Path file = directory.resolve("godwit.conf");
        Files.writeString(
                file,
                "listeners.sn { type = mqtt-sn, bind = \"127.0.0.1\"%s }".formatted(settings));
        return Configuration.load(file, Map.of()).gateways().getFirst().versions();
    }

    @Test
    void oneOrBothAreSpoken() throws Exception {
        assertThat(versions("")).containsExactly(SnVersion.V1_2);
        assertThat(versions(", versions = [1.2, 2.0]"))
                .containsExactlyInAnyOrder(SnVersion.values());
        assertThat(versions(", versions = [\"2.0\"]")).containsExactly(SnVersion.V2_0);
        assertThat(versions(", versions = 2.0")).containsExactly(SnVersion.V2_0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "[3.0]", "[1.2, x]", "2"})
    void othersAreRefused(String wrong) {
        assertThatThrownBy(() -> versions(", versions = " + wrong))
                .isInstanceOf(ConfigurationProblems.class)
                .hasMessageContaining("listeners.sn.versions")
                .hasMessageContaining("1.2, 2.0 or both");
    }
}
