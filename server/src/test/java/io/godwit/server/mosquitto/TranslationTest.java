package io.godwit.server.mosquitto;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a mosquitto.conf. */
class TranslationTest {

    @TempDir private Path directory = Path.of("");
    private MosquittoFolder folder = new MosquittoFolder(directory);

    @BeforeEach
    void openFolder() {
        folder = new MosquittoFolder(directory);
    }

    @Test
    void anEmptyFileServesThisMachineOnlyAndForgets() throws IOException {
        assertThat(folder.settings(""))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(
                                "listeners.default.type", "tcp",
                                "listeners.default.bind", "127.0.0.1",
                                "listeners.default.port", "1883",
                                "authentication.anonymous", "true",
                                "persistence.mode", "memory",
                                "limits.session.queued-messages", "1000"));
        assertThat(folder.notices("# listener 1\n\n   \n")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"listener 1884", "port 1884", "port 1884\nbind_address 0.0.0.0"})
    void whoListensSomewhereLetsNobodyInUnlessTheFileSaysSo(String text) throws IOException {
        assertThat(folder.settings(text)).containsEntry("authentication.anonymous", "false");
        assertThat(folder.settings(text + "\nallow_anonymous true"))
                .containsEntry("authentication.anonymous", "true");
    }

    @Test
    void whatDebianInstallsIsTaken() throws IOException {
        folder.write("conf.d/b.conf", "listener 1884 127.0.0.1\nallow_anonymous true\n");
        folder.write("conf.d/A.conf", "max_queued_messages 7\n");
        folder.write("conf.d/README", "not a configuration\n");
        String text =
                """
                pid_file /run/mosquitto/mosquitto.pid
                persistence true
                persistence_location %s/
                log_dest file /var/log/mosquitto/mosquitto.log
                include_dir conf.d
                """
                        .formatted(directory.resolve("lib"));
        assertThat(folder.settings(text))
                .containsExactlyInAnyOrderEntriesOf(
                        Map.of(
                                "listeners.listener-1884.type", "tcp",
                                "listeners.listener-1884.bind", "127.0.0.1",
                                "listeners.listener-1884.port", "1884",
                                "authentication.anonymous", "true",
                                "data-dir", directory.resolve("lib/godwit").toString(),
                                "persistence.mode", "durable",
                                "limits.session.queued-messages", "7"));
        assertThat(folder.notices(text))
                .containsExactly(
                        "mosquitto.conf:1: pid_file: has no effect here: no such file is written",
                        "mosquitto.conf:4: log_dest: has no effect here: the log goes to the"
                                + " standard output; GODWIT_LOG_LEVEL sets its level");
        assertThat(folder.problems(text)).isEmpty();
        assertThat(folder.translate(text).files())
                .containsExactly(
                        directory.resolve("mosquitto.conf"),
                        directory.resolve("conf.d"),
                        directory.resolve("conf.d/A.conf"),
                        directory.resolve("conf.d/b.conf"));
    }

    @Test
    void whatMosquittoHasSavedIsNotPassedOverInSilence() throws IOException {
        Files.writeString(directory.resolve("mosquitto.db"), "sessions");
        assertThat(folder.notices("persistence true\npersistence_location " + directory))
                .singleElement()
                .asString()
                .startsWith("mosquitto.conf:2: persistence_location: mosquitto.db is not read");
    }

    @ParameterizedTest
    @CsvSource({
        "max_inflight_messages 5, limits.session.in-flight, 5",
        "max_inflight_messages 0, limits.session.in-flight, 65535",
        "max_queued_messages 0, limits.session.queued-messages, 100000000",
        "max_queued_bytes 5000, limits.session.queued-bytes, 5000",
        "max_packet_size 5000, limits.packet-size, 5000",
        "max_keepalive 60, limits.keep-alive-maximum, 60 s",
        "memory_limit 5000000, limits.memory, 5000000",
        "sys_interval 0, sys-interval, 0 s",
        "persistent_client_expiration 14d, limits.session.maximum-expiry, 1209600 s",
        "persistent_client_expiration 2h, limits.session.maximum-expiry, 7200 s",
        "persistent_client_expiration 2m, limits.session.maximum-expiry, 5184000 s",
        "persistent_client_expiration 999y, limits.session.maximum-expiry, 4294967294 s",
        "retain_available false, limits.retain-available, false",
        "max_topic_alias 3, listeners.default.limits.topic-alias-maximum, 3",
        "max_topic_alias_broker 4, listeners.default.limits.topic-aliases-assigned, 4",
        "max_qos 1, listeners.default.limits.maximum-qos, 1"
    })
    void aLimitIsOurs(String line, String key, String value) throws IOException {
        assertThat(folder.settings(line)).containsEntry(key, value);
        assertThat(folder.problems(line)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "max_queued_messages many",
                "allow_anonymous maybe",
                "persistence yes",
                "persistent_client_expiration 5",
                "persistent_client_expiration 5x",
                "max_keepalive -1",
                "protocol mqttsn",
                "listener 0",
                "certfile a.pem",
                "keyfile a.pem",
                "require_certificate true",
                "per_listener_settings yes",
                "use_identity_as_username true\ncertfile a\nkeyfile a",
                "tls_version tlsv1\ncertfile a\nkeyfile a"
            })
    void whatNoValueCanMeanIsAProblemOfItsLine(String text) throws IOException {
        String key = text.split(" ", 2)[0];
        assertThat(folder.problems(text))
                .singleElement()
                .asString()
                .startsWith("mosquitto.conf:1: " + key + ": ");
    }

    @Test
    void anUnknownKeyIsNamedWithTheNearest() throws IOException {
        assertThat(folder.problems("# x\nlistner 1883\nlisten\u00e9r\n"))
                .containsExactly(
                        "mosquitto.conf:2: listner: Mosquitto has no such key; the nearest is"
                                + " listener",
                        "mosquitto.conf:3: listen\u00e9r: Mosquitto has no such key; the nearest"
                                + " is listener");
    }

    @Test
    void whatWouldLetSomebodyInIsRefusedWithItsLine() throws IOException {
        for (String line :
                new String[] {
                    "psk_file keys",
                    "mount_point tenants/a/",
                    "bind_interface eth0",
                    "clientid_prefixes secure-",
                    "plugin /usr/lib/mosquitto_dynamic_security.so",
                    "tls_engine pkcs11"
                }) {
            assertThat(folder.problems("listener 1883\n" + line))
                    .as(line)
                    .singleElement()
                    .asString()
                    .startsWith("mosquitto.conf:2: " + line.split(" ", 2)[0] + ": refused: ");
        }
    }

    @Test
    void aBridgeIsRefusedOnceAndItsLinesBelongToIt() throws IOException {
        String bridge =
                """
                connection cloud
                address cloud.example.org:8883
                topic sensors/# out 1
                bridge_cafile ca.pem
                remote_password secret
                """;
        assertThat(folder.problems(bridge))
                .singleElement()
                .asString()
                .startsWith("mosquitto.conf:1: connection: refused: bridges are not in this")
                .doesNotContain("secret");
        assertThat(folder.problems("topic a/# out"))
                .containsExactly(
                        "mosquitto.conf:1: topic: belongs to a bridge, and there is no connection"
                                + " line");
    }

    @Test
    void filesThatSayWhoGetsInAreNamedOnce() throws IOException {
        assertThat(folder.problems("password_file a\npassword_file b"))
                .containsExactly(
                        "mosquitto.conf:2: password_file: is given before, in "
                                + directory
                                        .resolve("mosquitto.conf:1")
                                        .toString()
                                        .replace(directory + "/", "")
                                + "; take one of them out");
    }

    @Test
    void listenersHaveTheirOwnLines() throws IOException {
        Map<String, String> settings =
                folder.settings(
                        """
                        max_connections 10
                        listener 8883 ::1
                        certfile server.pem
                        keyfile server.key
                        cafile ca.pem
                        crlfile crl.pem
                        require_certificate true
                        use_identity_as_username true
                        tls_version tlsv1.3
                        listener 9001
                        protocol websockets
                        listener 0 /run/m q.sock
                        """);
        assertThat(settings)
                .containsEntry("listeners.default.port", "1883")
                .containsEntry("listeners.default.bind", "0.0.0.0")
                .containsEntry("listeners.listener-8883.type", "tls")
                .containsEntry("listeners.listener-8883.bind", "::1")
                .containsEntry("listeners.listener-8883.certificate", "server.pem")
                .containsEntry("listeners.listener-8883.key", "server.key")
                .containsEntry("listeners.listener-8883.client-ca", "ca.pem")
                .containsEntry("listeners.listener-8883.client-certificate", "required")
                .containsEntry("listeners.listener-8883.identity-as-user-name", "cn")
                .containsEntry("listeners.listener-9001.type", "websocket")
                .containsEntry("listeners.listener-unix.type", "unix")
                .containsEntry("listeners.listener-unix.path", "/run/m q.sock");
    }

    @Test
    void withoutRequiredCertificatesTheAuthorityMeansNothing() throws IOException {
        assertThat(folder.settings("listener 8883\ncertfile a\nkeyfile b\ncafile c"))
                .doesNotContainKeys(
                        "listeners.listener-8883.client-ca",
                        "listeners.listener-8883.client-certificate");
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", "1"})
    void eachListenerMayHaveItsOwnAccess(String on) throws IOException {
        Map<String, String> settings =
                folder.settings(
                        """
                        per_listener_settings %s
                        listener 1883 127.0.0.1
                        allow_anonymous true
                        acl_file acl
                        listener 1884
                        password_file passwd
                        acl_file acl
                        """
                                .formatted(on));
        assertThat(settings)
                .containsEntry("listeners.listener-1883.anonymous", "true")
                .containsEntry("listeners.listener-1884.anonymous", "false")
                .containsEntry("listeners.listener-1884.password-file", "passwd")
                .containsEntry("authorization.acl-file", "acl")
                .doesNotContainKeys("authentication.anonymous", "authentication.password-file");
    }

    @Test
    void perListenerSettingsComeFirst() throws IOException {
        assertThat(folder.problems("allow_anonymous true\nper_listener_settings true"))
                .singleElement()
                .asString()
                .startsWith("mosquitto.conf:2: per_listener_settings: must stand before");
    }

    @Test
    void includedFilesIncludeNoOthers() throws IOException {
        folder.write("d/a.conf", "include_dir d\n");
        assertThat(folder.problems("include_dir d"))
                .containsExactly(
                        "d/a.conf:1: include_dir: is taken in the main file only, not in an"
                                + " included one");
        assertThat(folder.problems("include_dir nowhere"))
                .containsExactly("mosquitto.conf:1: include_dir: nowhere: no such file");
    }

    @Test
    void harmlessValuesPassWithoutAWord() throws IOException {
        String text = "set_tcp_nodelay true\nqueue_qos0_messages false\nmax_qos 2\ntls_keyform pem";
        assertThat(folder.notices(text)).isEmpty();
        assertThat(folder.problems(text)).isEmpty();
        assertThat(folder.settings(text)).containsEntry("listeners.default.bind", "127.0.0.1");
    }
}
