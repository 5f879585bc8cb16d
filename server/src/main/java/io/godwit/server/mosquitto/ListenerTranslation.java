package io.godwit.server.mosquitto;

import io.godwit.server.configuration.Problem;
import io.godwit.server.configuration.Setting;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns listeners into settings of ours. For one thread. */
final class ListenerTranslation {

    private final MosquittoLines lines;
    private final String file;
    private final boolean hasIpv6;
    private final List<Problem> problems;
    private final List<Setting> settings = new ArrayList<>();

    ListenerTranslation(
            MosquittoLines lines, String file, boolean hasIpv6, List<Problem> problems) {
        this.lines = lines;
        this.file = file;
        this.hasIpv6 = hasIpv6;
        this.problems = problems;
    }

    /** The settings; what can't be translated is added to the problems. */
    List<Setting> settings() {
        if (lines.listeners().isEmpty()) {
            standard("listeners.default.type", "tcp");
            standard("listeners.default.bind", "127.0.0.1");
            standard("listeners.default.port", "1883");
        }
        lines.listeners().forEach(this::listener);
        return settings;
    }

    private void standard(String path, String text) {
        settings.add(new Setting(path, text, file, 0, "Mosquitto's default"));
    }

    private void set(ListenerLines listener, Directive line, String key, String text) {
        settings.add(line.setting(listener.path(key), text));
    }

    private Optional<Boolean> truth(ListenerLines listener, String key) {
        return Translation.truth(listener.find(key), problems);
    }

    private void listener(ListenerLines listener) {
        boolean isUnix = address(listener);
        boolean isTls = certificates(listener);
        type(listener, isUnix, isTls);
        limit(listener, "max_qos", "limits.maximum-qos");
        limit(listener, "max_topic_alias", "limits.topic-alias-maximum");
        limit(listener, "max_topic_alias_broker", "limits.topic-aliases-assigned");
        listener.find("max_connections")
                .filter(it -> !it.value().equals("-1"))
                .ifPresent(_ ->
                        number(listener, "max_connections", listener.path("max-connections"), 1));
        listener.find("websockets_origin")
                .ifPresent(it -> set(listener, it, "allowed-origins", it.value()));
        listener.find("enable_proxy_protocol").ifPresent(it -> proxyProtocol(listener, it));
    }

    /** Which of its versions comes makes no difference here; from whom it is taken does. */
    private void proxyProtocol(ListenerLines listener, Directive line) {
        switch (line.value()) {
            case "1", "2" -> set(listener, line, "proxy-protocol", "true");
            default -> problems.add(line.problem(line.shown() + " is neither 1 nor 2"));
        }
    }

    private void limit(ListenerLines listener, String key, String ours) {
        number(listener, key, listener.path(ours), 0);
    }

    private void number(ListenerLines listener, String key, String path, int least) {
        listener.find(key)
                .ifPresent(it -> {
                    if (it.number().isEmpty() || it.number().getAsLong() < least) {
                        problems.add(it.problem(it.shown() + " is no whole number from " + least));
                    } else {
                        settings.add(it.setting(path, Long.toString(it.number().getAsLong())));
                    }
                });
    }

    /** Where it listens; whether that is a Unix domain socket. */
    private boolean address(ListenerLines listener) {
        Directive start = listener.start();
        if (start == null) {
            Directive port = listener.find("port").orElse(listener.line());
            set(listener, port, "port", listener.find("port").map(Directive::value).orElse("1883"));
            bind(listener, listener.find("bind_address").map(Directive::value).orElse(""));
            return false;
        }
        String[] words = start.value().split("[ \t]+", 2);
        String host = words.length == 2 ? words[1] : "";
        if (words[0].equals("0")) {
            if (host.isEmpty()) {
                problems.add(
                        start.problem(
                                "port 0 is for a Unix domain socket, and needs its path:"
                                        + " listener 0 /run/mosquitto.sock"));
            } else {
                set(listener, start, "path", host);
            }
            return true;
        }
        set(listener, start, "port", words[0]);
        bind(listener, host);
        return false;
    }

    private void bind(ListenerLines listener, String host) {
        Directive line = listener.line();
        if (!host.isEmpty()) {
            set(listener, line, "bind", host);
        } else if (lines.isLocal()) {
            set(listener, line, "bind", "127.0.0.1");
        } else {
            String family = listener.find("socket_domain").map(Directive::value).orElse("");
            set(
                    listener,
                    line,
                    "bind",
                    family.equals("ipv6") || family.isEmpty() && hasIpv6 ? "::" : "0.0.0.0");
        }
    }

    private void type(ListenerLines listener, boolean isUnix, boolean isTls) {
        String protocol = listener.find("protocol").map(Directive::value).orElse("mqtt");
        Directive line = listener.find("protocol").orElse(listener.line());
        switch (protocol) {
            case "mqtt" -> set(listener, line, "type", isUnix ? "unix" : isTls ? "tls" : "tcp");
            case "websockets" -> {
                set(listener, line, "type", "websocket");
                lines.notice(
                        line.problem(
                                "clients connect at the path /mqtt, and pages of other hosts only"
                                        + " if websockets_origin names them"));
            }
            default ->
                    problems.add(
                            line.problem(
                                    line.shown()
                                            + " is not supported; it takes mqtt or websockets"));
        }
    }

    /** Its TLS; whether it has any. */
    private boolean certificates(ListenerLines listener) {
        Optional<Directive> certificate = listener.find("certfile");
        Optional<Directive> key = listener.find("keyfile");
        if (certificate.isEmpty() && key.isEmpty()) {
            clientCertificatesWithoutTls(listener);
            return false;
        }
        certificate.ifPresentOrElse(
                it -> set(listener, it, "certificate", it.value()),
                () -> problems.add(listener.line().problem("has a keyfile and no certfile")));
        key.ifPresentOrElse(
                it -> set(listener, it, "key", it.value()),
                () -> problems.add(listener.line().problem("has a certfile and no keyfile")));
        listener.find("tls_version").ifPresent(it -> tlsVersion(listener, it));
        if (truth(listener, "require_certificate").orElse(false)) {
            clientCertificates(listener);
        } else {
            identityWithoutCertificates(listener);
        }
        return true;
    }

    /** There Mosquitto lets in nobody who has no certificate. */
    private void identityWithoutCertificates(ListenerLines listener) {
        for (String key : List.of("use_identity_as_username", "use_subject_as_username")) {
            if (truth(listener, key).orElse(false)) {
                listener.find(key)
                        .ifPresent(it ->
                                problems.add(it.problem("needs require_certificate true here")));
            }
        }
    }

    private void clientCertificates(ListenerLines listener) {
        listener.find("require_certificate")
                .ifPresent(it -> set(listener, it, "client-certificate", "required"));
        listener.find("cafile").ifPresent(it -> set(listener, it, "client-ca", it.value()));
        listener.find("crlfile").ifPresent(it -> set(listener, it, "crl", it.value()));
        boolean isIdentity = truth(listener, "use_identity_as_username").orElse(false);
        boolean isSubject = truth(listener, "use_subject_as_username").orElse(false);
        if (isIdentity || isSubject) {
            listener.find(isIdentity ? "use_identity_as_username" : "use_subject_as_username")
                    .ifPresent(it ->
                            set(listener, it, "identity-as-user-name", isIdentity ? "cn" : "dn"));
        }
    }

    /** Without TLS it would let in whom the line means to keep out. */
    private void clientCertificatesWithoutTls(ListenerLines listener) {
        if (truth(listener, "require_certificate").orElse(false)) {
            listener.find("require_certificate")
                    .ifPresent(it ->
                            problems.add(it.problem("needs TLS: name a certfile and a keyfile")));
        }
    }

    private void tlsVersion(ListenerLines listener, Directive line) {
        switch (line.value()) {
            case "tlsv1.3" -> set(listener, line, "tls-versions", "1.3");
            case "tlsv1.2", "tlsv1.1" -> {} // 1.2 is the oldest that there is here
            default ->
                    problems.add(
                            line.problem(line.shown() + " is none of tlsv1.3, tlsv1.2, tlsv1.1"));
        }
    }
}
