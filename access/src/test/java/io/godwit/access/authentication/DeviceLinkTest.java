package io.godwit.access.authentication;

import static io.godwit.access.authentication.Asking.ask;
import static io.godwit.access.authentication.Asking.client;
import static org.assertj.core.api.Assertions.assertThat;

import io.godwit.broker.auth.Authenticator.Accepted;
import io.godwit.broker.auth.Authenticator.Passed;
import io.godwit.broker.auth.Identity;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Users by client identifier. What {@link Asking} asks with comes from the listener tcp. */
class DeviceLinkTest {

    private static final Map<String, String> USERS =
            Map.of(
                    "sensor-7", "alice",
                    "sensor-*", "sensors",
                    "sensor-7*", "sevens",
                    "meter-*", "meters");

    private final DeviceLink link = new DeviceLink(Map.of("tcp", USERS));

    private static Identity accepted(DeviceLink asked, String clientId) throws Exception {
        return ((Accepted) ask(asked, client(clientId, null, null))).identity();
    }

    @ParameterizedTest
    @CsvSource({
        "sensor-7, alice",
        "sensor-71, sevens",
        "sensor-8, sensors",
        "sensor-, sensors",
        "meter-1, meters"
    })
    void theWholeIdentifierGoesBeforeTheLongestBeginning(String clientId, String user)
            throws Exception {
        assertThat(accepted(link, clientId)).isEqualTo(new Identity(clientId, user));
    }

    @ParameterizedTest
    @CsvSource({"sensor", "Sensor-7", "x", "*", "a-sensor-7"})
    void othersAreForTheNextLink(String clientId) throws Exception {
        assertThat(ask(link, client(clientId, null, null)))
                .isEqualTo(new Passed("listeners.tcp.users has nobody for the client identifier"));
    }

    @Test
    void whoGivesAUserNameIsForThoseWhoKnowThePassword() throws Exception {
        assertThat(ask(link, client("sensor-7", "bob", null)))
                .isEqualTo(new Passed("the device gives a user name of its own"));
    }

    @Test
    void theStarAloneIsEverybody() throws Exception {
        DeviceLink everybody = new DeviceLink(Map.of("tcp", Map.of("*", "devices")));
        assertThat(accepted(everybody, "x")).isEqualTo(new Identity("x", "devices"));
    }

    @Test
    void otherListenersHaveNoUsers() throws Exception {
        DeviceLink elsewhere = new DeviceLink(Map.of("sn", USERS));
        assertThat(ask(elsewhere, client("sensor-7", null, null)))
                .isEqualTo(new Passed("listener tcp has no users for client identifiers"));
    }

    @Test
    void aPreSharedKeySaysWhoItIs() throws Exception {
        assertThat(((Accepted) ask(link, Asking.preShared("pump"))).identity())
                .isEqualTo(new Identity("c", "pump"));
    }
}
