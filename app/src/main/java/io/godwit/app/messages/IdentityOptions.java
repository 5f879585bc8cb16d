package io.godwit.app.messages;

import io.godwit.client.Credentials;
import io.godwit.client.MqttClientBuilder;
import io.godwit.client.auth.EnhancedAuthentication;
import io.godwit.client.auth.Scram;
import io.godwit.codec.Binary;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** As whom a command connects. */
final class IdentityOptions {

    private static final List<String> SCRAM = List.of("SCRAM-SHA-256", "SCRAM-SHA-512");

    private @Nullable String userName;
    private @Nullable String password;
    private @Nullable String clientId;
    private @Nullable String clientIdPrefix;
    private @Nullable String method;

    /**
     * Adds them.
     *
     * @param isV5 is told that version 5 is wanted
     */
    void addTo(Flags flags, Runnable isV5) {
        flags.text("NAME", value -> userName = value, "User name.", "-u", "--username");
        flags.text(
                "TEXT",
                value -> password = value,
                "Password. Others see it in the list of processes; an options file hides it.",
                "-P",
                "--pw");
        flags.text("ID", value -> clientId = value, "Client identifier.", "-i", "--id");
        flags.text(
                "TEXT",
                value -> clientIdPrefix = value,
                "The same, with the process's number behind it.",
                "-I",
                "--id-prefix");
        flags.text(
                "METHOD",
                value -> {
                    method(value);
                    isV5.run();
                },
                "SCRAM-SHA-256 or SCRAM-SHA-512: proves that it knows the password, instead of"
                        + " sending it. Version 5.",
                "--auth-method");
    }

    private void method(String value) throws WrongUsage {
        if (!SCRAM.contains(value)) {
            throw new WrongUsage(
                    "--auth-method takes %s, not %s".formatted(String.join(" or ", SCRAM), value));
        }
        method = value;
    }

    /** What {@code -L} says. */
    void are(String name, @Nullable String secret) {
        userName = name;
        password = secret;
    }

    /** Whether there is a client identifier that stays the same. */
    boolean areFixed() {
        return clientId != null;
    }

    /** Whether they are proven by AUTH. */
    boolean areScram() {
        return method != null;
    }

    /** The client identifier, or null where none is given. */
    @Nullable String clientId() throws WrongUsage {
        if (clientId != null && clientIdPrefix != null) {
            throw new WrongUsage("-i or -I, not both");
        }
        return clientIdPrefix == null ? clientId : clientIdPrefix + ProcessHandle.current().pid();
    }

    /**
     * User name and password of CONNECT; null for none, and where they are for AUTH.
     *
     * @param named makes the client's own of the user name
     */
    @Nullable Credentials credentials(ProtocolVersion version, UnaryOperator<String> named)
            throws WrongUsage {
        if (method != null || userName == null && password == null) {
            return null;
        }
        if (userName == null && !version.isV5()) {
            throw new WrongUsage("Before version 5 a password takes a user name: -u NAME");
        }
        byte[] secret = password == null ? null : password.getBytes(StandardCharsets.UTF_8);
        return new Credentials(userName == null ? null : named.apply(userName), secret);
    }

    /**
     * Tells a client.
     *
     * @param connect what {@code -D connect} says
     * @param named makes the client's own of client identifier and user name
     */
    void apply(
            MqttClientBuilder builder,
            ProtocolVersion version,
            Properties connect,
            UnaryOperator<String> named)
            throws WrongUsage {
        String id = clientId();
        if (id != null) {
            builder.clientId(named.apply(id));
        }
        Credentials credentials = credentials(version, named);
        if (credentials != null) {
            builder.credentials(() -> credentials);
        }
        EnhancedAuthentication authentication =
                method == null ? given(connect) : scram(method, version, connect, named);
        if (authentication != null) {
            builder.authentication(authentication);
        }
    }

    private static @Nullable EnhancedAuthentication given(Properties connect) throws WrongUsage {
        String name = connect.get(Property.AUTHENTICATION_METHOD);
        Binary data = connect.get(Property.AUTHENTICATION_DATA);
        if (name == null && data != null) {
            throw new WrongUsage("authentication-data takes an authentication-method as well");
        }
        return name == null ? null : new GivenAuthentication(name, data);
    }

    private EnhancedAuthentication scram(
            String name, ProtocolVersion version, Properties connect, UnaryOperator<String> named)
            throws WrongUsage {
        if (connect.has(Property.AUTHENTICATION_METHOD)
                || connect.has(Property.AUTHENTICATION_DATA)) {
            throw new WrongUsage(
                    "--auth-method says what -D connect authentication-method and"
                            + " authentication-data would");
        }
        if (userName == null || password == null) {
            throw new WrongUsage("--auth-method takes a user name and a password: -u NAME -P TEXT");
        }
        if (!version.isV5()) {
            throw new WrongUsage("--auth-method is for version 5");
        }
        String user = named.apply(userName);
        return name.equals(SCRAM.getFirst())
                ? Scram.sha256(user, password)
                : Scram.sha512(user, password);
    }
}
