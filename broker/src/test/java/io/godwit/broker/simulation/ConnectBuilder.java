package io.godwit.broker.simulation;

import io.godwit.codec.Connect;
import io.godwit.codec.Properties;
import io.godwit.codec.Property;
import io.godwit.codec.ProtocolVersion;
import io.godwit.codec.Will;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Puts a CONNECT together; {@link Packets#connect} starts it. */
public final class ConnectBuilder {

    private final ProtocolVersion version;
    private final String clientId;
    private final Properties.Builder properties = Properties.builder();
    private boolean cleanStart = true;
    private int keepAlive;
    private @Nullable Will will;
    private @Nullable String userName;
    private byte @Nullable [] password;

    ConnectBuilder(ProtocolVersion version, String clientId) {
        this.version = version;
        this.clientId = clientId;
    }

    /** Sets Clean Start; Clean Session before version 5. */
    public ConnectBuilder cleanStart(boolean value) {
        cleanStart = value;
        return this;
    }

    /** A session that is resumed and never ends: Clean Session 0, or what is the same in MQTT 5. */
    public ConnectBuilder persistent() {
        cleanStart = false;
        return version.isV5()
                ? with(Property.SESSION_EXPIRY_INTERVAL, Connect.NEVER_EXPIRES)
                : this;
    }

    /** Resumes a session and keeps it this many seconds after the connection; version 5. */
    public ConnectBuilder resume(long expirySeconds) {
        cleanStart = false;
        return with(Property.SESSION_EXPIRY_INTERVAL, expirySeconds);
    }

    /** Sets the keep alive in seconds. */
    public ConnectBuilder keepAlive(int seconds) {
        keepAlive = seconds;
        return this;
    }

    /** Sets the will. */
    public ConnectBuilder will(Will value) {
        will = value;
        return this;
    }

    /** Sets user name and password. */
    public ConnectBuilder credentials(@Nullable String user, @Nullable String secret) {
        userName = user;
        password = secret == null ? null : secret.getBytes(StandardCharsets.UTF_8);
        return this;
    }

    /** Adds a property; version 5. */
    public <T> ConnectBuilder with(Property<T> property, T value) {
        properties.add(property, value);
        return this;
    }

    /** The packet. */
    public Connect build() {
        return new Connect(
                version,
                clientId,
                cleanStart,
                keepAlive,
                will,
                userName,
                password,
                properties.build());
    }
}
