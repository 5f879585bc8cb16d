package io.godwit.server.mosquitto;

import static io.godwit.server.mosquitto.MosquittoKey.Fate.IGNORED;
import static io.godwit.server.mosquitto.MosquittoKey.Fate.REFUSED;
import static io.godwit.server.mosquitto.MosquittoKey.Fate.TRANSLATED;
import static io.godwit.server.mosquitto.MosquittoKey.Scope.BRIDGE;
import static io.godwit.server.mosquitto.MosquittoKey.Scope.BROKER;
import static io.godwit.server.mosquitto.MosquittoKey.Scope.LISTENER;
import static io.godwit.server.mosquitto.MosquittoKey.Scope.PLUGIN;
import static io.godwit.server.mosquitto.MosquittoKey.Scope.SECURITY;

import io.godwit.server.mosquitto.MosquittoKey.Fate;
import io.godwit.server.mosquitto.MosquittoKey.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** All keys that Mosquitto 2.0 and 2.1 know; {@code docs/mosquitto.md} lists them. */
final class MosquittoKeys {

    private static final String NO_BRIDGE = "bridges are not in this version yet";
    private static final String NO_PLUGIN =
            "plugins of Mosquitto can't run here, and without this one more may be allowed than"
                    + " with it";
    private static final String LOGS =
            "the log goes to the standard output; GODWIT_LOG_LEVEL sets" + " its level";
    private static final String AT_ONCE = "every change is on disk before it is acknowledged";

    static final List<MosquittoKey> ALL =
            Stream.of(access(), limits(), listeners(), others(), bridges(), plugins())
                    .flatMap(List::stream)
                    .toList();

    private MosquittoKeys() {}

    /** The key with this name. */
    static Optional<MosquittoKey> find(String name) {
        return ALL.stream().filter(key -> key.matches(name)).findFirst();
    }

    private static List<MosquittoKey> access() {
        return List.of(
                translated(SECURITY, "allow_anonymous", "authentication.anonymous"),
                translated(SECURITY, "password_file", "authentication.password-file"),
                translated(
                        SECURITY,
                        "acl_file",
                        "authorization.acl-file, and authorization.mosquitto-semantics = true"),
                translated(BROKER, "per_listener_settings", "who the keys above hold for"),
                translated(LISTENER, "listener_allow_anonymous", "as allow_anonymous, for it"),
                refused(SECURITY, "psk_file", "", "TLS with pre-shared keys is not supported"),
                refused(LISTENER, "psk_hint", "", "TLS with pre-shared keys is not supported"),
                refused(
                        BROKER,
                        "clientid_prefixes",
                        "",
                        "clients with other prefixes would be let in; a rule can deny them"),
                ignored(
                        SECURITY,
                        "allow_zero_length_clientid",
                        "true",
                        "clients without a Client Identifier are always given one"),
                ignored(SECURITY, "auto_id_prefix", "", "Client Identifiers given have no prefix"),
                ignored(
                        LISTENER,
                        "listener_auto_id_prefix",
                        "",
                        "Client Identifiers given have no prefix"),
                ignored(
                        BROKER,
                        "check_retain_source",
                        "false",
                        "whoever published a retained message is not asked about again"));
    }

    private static List<MosquittoKey> limits() {
        return List.of(
                translated(BROKER, "max_inflight_messages", "limits.session.in-flight"),
                translated(BROKER, "max_queued_messages", "limits.session.queued-messages"),
                translated(BROKER, "max_queued_bytes", "limits.session.queued-bytes"),
                translated(BROKER, "max_packet_size", "limits.packet-size"),
                translated(BROKER, "max_keepalive", "limits.keep-alive-maximum"),
                translated(BROKER, "memory_limit", "limits.memory"),
                translated(BROKER, "global_max_clients", "limits.connections"),
                translated(BROKER, "global_max_connections", "limits.connections"),
                translated(BROKER, "persistent_client_expiration", "limits.session.maximum-expiry"),
                translated(BROKER, "retain_available", "limits.retain-available"),
                translated(BROKER, "sys_interval", "sys-interval"),
                ignored(
                        BROKER,
                        "message_size_limit",
                        "0",
                        "max_packet_size limits a packet as a whole"),
                ignored(
                        BROKER,
                        "max_inflight_bytes",
                        "0",
                        "max_inflight_messages limits what is in flight"),
                ignored(
                        BROKER,
                        "queue_qos0_messages",
                        "false",
                        "QoS 0 is not kept for clients that are away"),
                ignored(
                        BROKER,
                        "upgrade_outgoing_qos",
                        "false",
                        "the QoS of a message is never raised"),
                ignored(
                        BROKER,
                        "allow_duplicate_messages",
                        "",
                        "overlapping subscriptions deliver a message once"),
                ignored(
                        BROKER,
                        "retain_expiry_interval",
                        "0",
                        "retained messages have their own Message Expiry Interval only"),
                ignored(BROKER, "packet_buffer_size", "", "buffers have a size of their own"),
                ignored(BROKER, "set_tcp_nodelay", "true", "TCP_NODELAY is always set"));
    }

    private static List<MosquittoKey> listeners() {
        List<MosquittoKey> keys = new ArrayList<>(certificates());
        keys.addAll(
                List.of(
                        translated(LISTENER, "listener", "listeners.<name>"),
                        translated(LISTENER, "port", "the default listener's port"),
                        translated(LISTENER, "bind_address", "the default listener's bind"),
                        translated(LISTENER, "protocol", "type"),
                        translated(LISTENER, "socket_domain", "bind = 0.0.0.0 or ::"),
                        translated(LISTENER, "max_connections", "max-connections"),
                        translated(LISTENER, "max_qos", "limits.maximum-qos"),
                        translated(LISTENER, "max_topic_alias", "limits.topic-alias-maximum"),
                        translated(
                                LISTENER,
                                "max_topic_alias_broker",
                                "limits.topic-aliases-assigned"),
                        translated(LISTENER, "enable_proxy_protocol", "proxy-protocol = true"),
                        translated(LISTENER, "websockets_origin", "allowed-origins"),
                        translated(
                                LISTENER,
                                "use_username_as_clientid",
                                "authentication.client-id = user-name"),
                        refused(
                                LISTENER,
                                "mount_point",
                                "",
                                "its clients would see all topics instead of those below it"),
                        refused(
                                LISTENER,
                                "bind_interface",
                                "",
                                "it would be open on all interfaces; give the listener line the"
                                        + " address of the interface"),
                        refused(
                                LISTENER,
                                "proxy_protocol_v2_require_tls",
                                "false",
                                "connections that came to the proxy without TLS would be let in"),
                        ignored(
                                LISTENER,
                                "accept_protocol_versions",
                                "",
                                "it takes MQTT 3.1, 3.1.1 and 5.0"),
                        ignored(LISTENER, "http_dir", "", "no files are served"),
                        ignored(BROKER, "websockets_log_level", "", LOGS),
                        ignored(
                                BROKER,
                                "websockets_headers_size",
                                "",
                                "headers have a limit of their own")));
        return keys;
    }

    private static List<MosquittoKey> certificates() {
        String ciphers = "the suites are those that the TLS library holds for safe";
        String engine = "the key can't be read from an engine; it takes PEM files";
        return List.of(
                translated(LISTENER, "certfile", "certificate"),
                translated(LISTENER, "keyfile", "key"),
                translated(LISTENER, "cafile", "client-ca, with require_certificate"),
                translated(LISTENER, "crlfile", "crl"),
                translated(LISTENER, "require_certificate", "client-certificate"),
                translated(LISTENER, "use_identity_as_username", "identity-as-user-name = cn"),
                translated(LISTENER, "use_subject_as_username", "identity-as-user-name = dn"),
                translated(LISTENER, "tls_version", "tls-versions; 1.2 is the oldest"),
                ignored(
                        LISTENER,
                        "capath",
                        "",
                        "put the certificates of its directory into one file and name it with"
                                + " cafile"),
                ignored(LISTENER, "ciphers", "", ciphers),
                ignored(LISTENER, "ciphers_tls1.3", "", ciphers),
                ignored(LISTENER, "dhparamfile", "", "elliptic curves are used instead"),
                ignored(
                        LISTENER,
                        "disable_client_cert_date_checks",
                        "false",
                        "certificates that have expired are refused"),
                refused(LISTENER, "tls_engine", "", engine),
                refused(LISTENER, "tls_engine_kpass_sha1", "", engine),
                refused(LISTENER, "tls_keyform", "pem", engine));
    }

    private static List<MosquittoKey> others() {
        List<MosquittoKey> keys = new ArrayList<>();
        for (String key :
                List.of(
                        "log_dest",
                        "log_facility",
                        "log_timestamp",
                        "log_timestamp_format",
                        "log_type",
                        "connection_messages")) {
            keys.add(ignored(BROKER, key, "", LOGS));
        }
        keys.addAll(
                List.of(
                        translated(BROKER, "include_dir", "its files are read"),
                        translated(BROKER, "persistence", "persistence.mode"),
                        translated(BROKER, "persistence_location", "data-dir, in it godwit"),
                        ignored(
                                BROKER,
                                "persistence_file",
                                "",
                                "what Mosquitto has saved is not read"),
                        ignored(BROKER, "autosave_interval", "", AT_ONCE),
                        ignored(BROKER, "autosave_on_changes", "", AT_ONCE),
                        ignored(BROKER, "pid_file", "", "no such file is written"),
                        ignored(BROKER, "user", "", "it runs as the user that starts it"),
                        ignored(BROKER, "enable_control_api", "", "godwit ctl controls it"),
                        ignored(BROKER, "retry_interval", "", "Mosquitto 2 has no use for it"),
                        ignored(
                                BROKER,
                                "store_clean_interval",
                                "",
                                "Mosquitto 2 has no use for it")));
        return keys;
    }

    private static List<MosquittoKey> bridges() {
        List<MosquittoKey> keys = new ArrayList<>();
        keys.add(
                refused(
                        BRIDGE,
                        "connection",
                        "",
                        NO_BRIDGE
                                + ": nothing would pass between the two brokers. Take the bridge"
                                + " out to run without it"));
        for (String key :
                List.of(
                        "address",
                        "addresses",
                        "bridge_*",
                        "cleansession",
                        "clientid",
                        "idle_timeout",
                        "keepalive_interval",
                        "local_cleansession",
                        "local_clientid",
                        "local_password",
                        "local_username",
                        "notification_topic",
                        "notifications",
                        "notifications_local_only",
                        "password",
                        "remote_clientid",
                        "remote_password",
                        "remote_username",
                        "restart_timeout",
                        "round_robin",
                        "start_type",
                        "threshold",
                        "topic",
                        "try_private",
                        "username")) {
            keys.add(refused(BRIDGE, key, "", NO_BRIDGE));
        }
        return keys;
    }

    private static List<MosquittoKey> plugins() {
        String option = "an option of a plugin";
        return List.of(
                refused(PLUGIN, "auth_plugin", "", NO_PLUGIN),
                refused(PLUGIN, "plugin", "", NO_PLUGIN),
                refused(PLUGIN, "global_plugin", "", NO_PLUGIN),
                refused(PLUGIN, "plugin_load", "", NO_PLUGIN),
                refused(PLUGIN, "plugin_use", "", NO_PLUGIN),
                ignored(PLUGIN, "auth_plugin_deny_special_chars", "", option),
                ignored(PLUGIN, "auth_opt_*", "", option),
                ignored(PLUGIN, "plugin_opt_*", "", option));
    }

    private static MosquittoKey translated(Scope scope, String name, String text) {
        return new MosquittoKey(name, scope, TRANSLATED, "", text);
    }

    private static MosquittoKey ignored(Scope scope, String name, String harmless, String text) {
        return key(scope, name, IGNORED, harmless, text);
    }

    private static MosquittoKey refused(Scope scope, String name, String harmless, String text) {
        return key(scope, name, REFUSED, harmless, text);
    }

    private static MosquittoKey key(
            Scope scope, String name, Fate fate, String harmless, String text) {
        return new MosquittoKey(name, scope, fate, harmless, text);
    }
}
