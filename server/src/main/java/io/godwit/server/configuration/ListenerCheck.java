package io.godwit.server.configuration;

import io.godwit.gateway.sn.ProtectionKeys;
import io.godwit.gateway.sn.SnSettings;
import io.godwit.gateway.sn.codec.SnVersion;
import io.godwit.transport.ListenerSettings;
import io.godwit.transport.TlsProblem;
import io.godwit.transport.TlsSettings;
import io.godwit.transport.TlsSettings.ClientCertificates;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds what does not fit together in a listener whose keys are each right, and in its files. */
final class ListenerCheck {

    /**
     * Something wrong.
     *
     * @param key the listener's key that it is about, which may be missing
     * @param text what is wrong, from behind the key's name on
     */
    record Finding(String key, String text) {}

    private final Draft.Listener draft;
    private final Path workingDirectory;
    private final List<Finding> findings = new ArrayList<>();

    private ListenerCheck(Draft.Listener draft, Path workingDirectory) {
        this.draft = draft;
        this.workingDirectory = workingDirectory;
    }

    /** All that is found. Reads the files that the listener names. */
    static List<Finding> of(String name, Draft.Listener draft, Path workingDirectory) {
        ListenerCheck check = new ListenerCheck(draft, workingDirectory);
        check.keys();
        check.gateway();
        if (check.findings.isEmpty()) {
            if (draft.isGateway()) {
                check.files(draft.gateway(name, workingDirectory));
            } else {
                check.files(draft.settings(name, workingDirectory));
            }
        }
        return check.findings;
    }

    private void keys() {
        String type = draft.type();
        if (type.equals("unix") && draft.path == null) {
            find("path", " is missing: a listener of type unix needs the path of its socket");
        }
        if (type.equals("websocket") && draft.path != null && !draft.path.matches("/[^\\s?#]*")) {
            find(
                    "path",
                    " must begin with a /, and have no space, ? or #, for a listener of type"
                            + " websocket");
        }
        if (type.equals("tls") && draft.certificate == null) {
            find(
                    "certificate",
                    " is missing: a listener of type tls needs one; 'godwit cert dev' makes one to"
                            + " try it with");
        } else if (draft.certificate != null && draft.key == null) {
            find("key", " is missing: the certificate needs its private key");
        }
        if (draft.certificate == null) {
            needCertificate("key", draft.key != null);
            needCertificate("sni-certificates", !draft.sniCertificates.isEmpty());
            needCertificate("client-ca", !draft.clientCa.isEmpty());
            needCertificate(
                    "client-certificate", draft.clientCertificate != ClientCertificates.NONE);
            needCertificate("crl", !draft.crl.isEmpty());
        }
        if (draft.sniCertificates.size() != draft.sniKeys.size()) {
            find(
                    "sni-keys",
                    " has %d files, and sni-certificates %d: each certificate needs its key, in the same order"
                            .formatted(draft.sniKeys.size(), draft.sniCertificates.size()));
        }
        clients();
        if (draft.proxyProtocol && !type.equals("unix") && draft.proxyTrusted.isEmpty()) {
            find(
                    "proxy-trusted",
                    " is missing: name the addresses of the proxies, since anybody else could say"
                            + " that it is somebody");
        } else if (!draft.proxyProtocol && !draft.proxyTrusted.isEmpty()) {
            find("proxy-trusted", " has no effect without proxy-protocol = true");
        }
    }

    private void gateway() {
        boolean isEncrypted = draft.isEncrypted();
        if (isEncrypted && draft.sn.advertise.isPresent()) {
            find("advertise", " has no effect with DTLS, which reaches one device at a time");
        }
        if (isEncrypted && draft.sn.connectionless) {
            find("qos-minus-one", " has no effect with DTLS, which needs a handshake first");
        }
        if (draft.authentication.protectionFile.isPresent()) {
            if (isEncrypted) {
                find("protection-file", " has no effect with DTLS, which protects everything");
            }
            if (!draft.sn.versions.contains(SnVersion.V2_0)) {
                find(
                        "protection-file",
                        " has no effect without version 2.0: set versions = [1.2, 2.0]");
            }
        }
        long different =
                draft.sn.predefined.stream().map(SnDraft.Predefined::id).distinct().count();
        if (different < draft.sn.predefined.size()) {
            find("predefined", " gives two topics one identifier");
        }
        Set<String> clients = new HashSet<>();
        for (AuthenticationDraft.Device device : draft.authentication.users) {
            if (!clients.add(device.clients())) {
                find("users", " gives the client identifier " + device.clients() + " two users");
            }
        }
    }

    private void files(SnSettings settings) {
        try {
            GatewayKeys.read(settings);
        } catch (TlsProblem problem) {
            Path file = problem.file();
            find(
                    file == null ? "certificate" : keyOf(file),
                    ": " + (file == null ? problem.words() : file + " " + problem.words()));
        } catch (IOException problem) {
            find("psk-file", ": " + problem.getMessage());
        }
        Path protection = settings.protectionFile();
        try {
            if (protection != null) {
                ProtectionKeys.read(protection);
            }
        } catch (IOException problem) {
            find("protection-file", ": " + problem.getMessage());
        }
    }

    private void clients() {
        boolean asked = draft.clientCertificate != ClientCertificates.NONE;
        if (asked && draft.clientCa.isEmpty()) {
            find(
                    "client-ca",
                    " is missing: client-certificate = "
                            + draft.clientCertificate.word()
                            + " needs the authorities that clients' certificates come from");
        } else if (!asked && draft.certificate != null) {
            String without =
                    " has no effect while client-certificate is none: set it to optional or"
                            + " required";
            if (!draft.clientCa.isEmpty()) {
                find("client-ca", without);
            }
            if (!draft.crl.isEmpty()) {
                find("crl", without);
            }
        }
        if (!asked) {
            identity("identity-as-user-name", draft.authentication.userName.isPresent());
            identity("identity-as-client-id", draft.authentication.clientId.isPresent());
        }
    }

    private void identity(String key, boolean isSet) {
        if (isSet) {
            find(
                    key,
                    " has no effect while clients are not asked for a certificate: set"
                            + " client-certificate to optional or required");
        }
    }

    private void needCertificate(String key, boolean isSet) {
        if (isSet) {
            find(key, " has no effect without a certificate");
        }
    }

    private void files(ListenerSettings settings) {
        TlsSettings tls = settings.tls();
        if (tls == null) {
            return;
        }
        try {
            tls.check();
        } catch (TlsProblem problem) {
            Path file = problem.file();
            find(
                    file == null ? "ciphers" : keyOf(file),
                    ": " + (file == null ? problem.words() : file + " " + problem.words()));
        }
    }

    private String keyOf(Path file) {
        if (isIn(file, draft.sniCertificates)) {
            return "sni-certificates";
        } else if (isIn(file, draft.sniKeys)) {
            return "sni-keys";
        } else if (isIn(file, draft.clientCa)) {
            return "client-ca";
        } else if (isIn(file, draft.crl)) {
            return "crl";
        }
        return draft.key != null && isIn(file, List.of(draft.key)) ? "key" : "certificate";
    }

    private boolean isIn(Path file, List<Path> files) {
        return files.stream().anyMatch(each -> workingDirectory.resolve(each).equals(file));
    }

    private void find(String key, String text) {
        findings.add(new Finding(key, text));
    }
}
