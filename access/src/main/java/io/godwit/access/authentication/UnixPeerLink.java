package io.godwit.access.authentication;

import io.godwit.broker.auth.Credentials;
import io.godwit.broker.auth.Identity;
import io.godwit.broker.auth.UnixPeer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Accepts the processes of this machine that connect through a Unix domain socket, by the user that
 * the kernel says they run as. The user name and the password of CONNECT then count for nothing.
 */
public final class UnixPeerLink implements Link {

    /** The word for it in {@code authentication.order}. */
    public static final String NAME = "unix";

    private static final Path USERS = Path.of("/etc/passwd");
    private static final int NAME_FIELD = 0;
    private static final int NUMBER_FIELD = 2;

    private final Map<Integer, String> userNames;

    private UnixPeerLink(Map<Integer, String> userNames) {
        this.userNames = Map.copyOf(userNames);
    }

    /**
     * A link for these users of the system. Reads {@code /etc/passwd} if one is not a number.
     *
     * @param peers from the name or number of a user of the system to a user name of MQTT
     * @throws IOException if a user is not known; says which one
     */
    public static UnixPeerLink of(Map<String, String> peers) throws IOException {
        Map<Integer, String> userNames = new HashMap<>();
        for (Map.Entry<String, String> peer : peers.entrySet()) {
            userNames.put(number(peer.getKey()), peer.getValue());
        }
        return new UnixPeerLink(userNames);
    }

    private static int number(String user) throws IOException {
        if (user.matches("\\d{1,9}")) {
            return Integer.parseInt(user);
        }
        for (String line : Files.readAllLines(USERS, StandardCharsets.ISO_8859_1)) {
            String[] fields = line.split(":", -1);
            if (fields.length > NUMBER_FIELD
                    && fields[NAME_FIELD].equals(user)
                    && fields[NUMBER_FIELD].matches("\\d{1,9}")) {
                return Integer.parseInt(fields[NUMBER_FIELD]);
            }
        }
        throw new IOException(
                "%s has no user %s; give the user's number instead".formatted(USERS, user));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void authenticate(Credentials credentials, Consumer<Decision> decided) {
        UnixPeer peer = credentials.origin().unixPeer();
        if (peer == null) {
            decided.accept(new Passed("not through a Unix domain socket"));
            return;
        }
        String userName = userNames.get(peer.user());
        decided.accept(
                userName == null
                        ? new Passed("authentication.unix-peers has no user " + peer.user())
                        : new Accepted(new Identity(credentials.clientId(), userName)));
    }
}
