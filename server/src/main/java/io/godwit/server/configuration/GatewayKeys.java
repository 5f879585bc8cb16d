package io.godwit.server.configuration;

import io.godwit.gateway.sn.DtlsKeys;
import io.godwit.gateway.sn.PreSharedKeys;
import io.godwit.gateway.sn.SnSettings;
import io.godwit.transport.TlsIdentity;
import io.godwit.transport.TlsSettings;
import io.godwit.transport.TlsSettings.ClientCertificates;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what a gateway's DTLS needs. */
public final class GatewayKeys {

    private GatewayKeys() {}

    /**
     * What the files hold that a gateway's settings name; null if it has no DTLS. Blocks.
     *
     * @throws IOException with the file and what is wrong
     */
    public static @Nullable DtlsKeys read(SnSettings settings) throws IOException {
        SnSettings.Dtls dtls = settings.dtls();
        if (dtls == null) {
            return null;
        }
        Path file = dtls.pskFile();
        PreSharedKeys preShared = file == null ? PreSharedKeys.NONE : PreSharedKeys.read(file);
        if (file != null && preShared.isEmpty()) {
            throw new IOException(file + ": holds no keys");
        }
        TlsSettings tls = certificates(dtls);
        if (tls == null) {
            return new DtlsKeys(preShared, List.of(), null, null);
        }
        TlsIdentity identity = TlsIdentity.of(tls);
        return new DtlsKeys(preShared, identity.chain(), identity.key(), identity.clients());
    }

    private static @Nullable TlsSettings certificates(SnSettings.Dtls dtls) {
        Path certificate = dtls.certificate();
        Path key = dtls.key();
        return certificate == null || key == null
                ? null
                : TlsSettings.of(certificate, key)
                        .withClients(
                                ClientCertificates.valueOf(dtls.clientCertificates().name()),
                                dtls.clientAuthorities(),
                                dtls.revocationLists());
    }
}
