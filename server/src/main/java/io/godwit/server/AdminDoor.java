package io.godwit.server;

import io.godwit.admin.Accounts;
import io.godwit.admin.AdminPort;
import io.godwit.admin.Audit;
import io.godwit.admin.http.Routes;
import io.godwit.server.configuration.AdminSettings;
import io.godwit.server.configuration.AdminSettings.Tls;
import io.godwit.server.configuration.Configuration;
import io.godwit.server.reload.Effect;
import io.godwit.server.reload.Part;
import io.godwit.server.reload.Prepared;
import io.godwit.transport.JdkTls;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * The port of the HTTP API, with what holds there: who may log in, the names that it has, its
 * certificate. These can be replaced while it is open; the port itself can't.
 */
final class AdminDoor implements Part, AutoCloseable {

    private static final String PREFIX = "admin.";

    private volatile Lock lock = new Lock(Set.of(), Accounts.NONE, Optional.empty());
    private volatile @Nullable AdminPort port;

    /** What holds at the port. */
    private record Lock(Set<String> hosts, Accounts accounts, Optional<SSLContext> tls) {

        static Lock of(AdminSettings settings) throws IOException {
            Optional<SSLContext> tls = Optional.empty();
            if (settings.tls().isPresent()) {
                Tls files = settings.tls().get();
                tls = Optional.of(JdkTls.of(files.certificate(), files.key()));
            }
            return new Lock(Set.copyOf(settings.hosts()), AdminAccounts.read(settings), tls);
        }
    }

    /**
     * Opens the port, if the settings say so.
     *
     * @throws IOException if that is not possible; says why and what to do
     */
    void open(AdminSettings settings, Routes routes, Audit audit) throws IOException {
        if (!settings.enabled()) {
            return;
        }
        lock = Lock.of(settings);
        port =
                AdminPort.open(
                        new InetSocketAddress(settings.bind(), settings.port()),
                        () -> lock.tls.orElse(null),
                        () -> new AdminPort.Terms(lock.hosts, lock.accounts),
                        routes,
                        audit);
    }

    /** Reads the files that the settings name. */
    static void check(AdminSettings settings) throws IOException {
        if (settings.enabled()) {
            Lock.of(settings);
        }
    }

    /** Where it listens; null if it is not open. */
    @Nullable InetSocketAddress address() {
        AdminPort open = port;
        return open == null ? null : open.address();
    }

    @Override
    public boolean takes(String key) {
        return key.equals(PREFIX + "hosts")
                || key.startsWith(PREFIX + "users.")
                || key.startsWith(PREFIX + "tokens.")
                || key.startsWith(PREFIX + "tls.");
    }

    @Override
    public Prepared prepare(Configuration from, Configuration to, Set<String> keys)
            throws IOException {
        Lock next = Lock.of(to.admin());
        return new Prepared() {
            @Override
            public Effect effect() {
                return Effect.NONE;
            }

            @Override
            public Effect apply() {
                lock = next;
                return Effect.NONE;
            }
        };
    }

    @Override
    public void close() {
        AdminPort open = port;
        if (open != null) {
            open.close();
        }
    }
}
