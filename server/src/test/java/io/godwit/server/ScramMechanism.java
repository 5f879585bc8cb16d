package io.godwit.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hivemq.client.mqtt.datatypes.MqttUtf8String;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientConfig;
import com.hivemq.client.mqtt.mqtt5.auth.Mqtt5EnhancedAuthMechanism;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5Auth;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5AuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5EnhancedAuth;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5EnhancedAuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5Disconnect;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** SCRAM-SHA-256 or SCRAM-SHA-512 for HiveMQ's client. */
final class ScramMechanism implements Mqtt5EnhancedAuthMechanism {

    private final int bits;
    private final String user;
    private final String password;
    private final boolean saysNothingFirst;

    /** How many exchanges the server has ended with a signature that is right. */
    final AtomicInteger proofs = new AtomicInteger();

    private String bare = "";
    private String expected = "";

    /**
     * @param bits 256 or 512
     * @param saysNothingFirst whether the first message waits until the server asks for it
     */
    ScramMechanism(int bits, String user, String password, boolean saysNothingFirst) {
        this.bits = bits;
        this.user = user;
        this.password = password;
        this.saysNothingFirst = saysNothingFirst;
    }

    @Override
    public MqttUtf8String getMethod() {
        return MqttUtf8String.of("SCRAM-SHA-" + bits);
    }

    @Override
    public int getTimeout() {
        return 60;
    }

    private byte[] first() {
        bare = "n=" + user + ",r=" + UUID.randomUUID();
        return ("n,," + bare).getBytes(UTF_8);
    }

    @Override
    public CompletableFuture<Void> onAuth(
            Mqtt5ClientConfig config, Mqtt5Connect connect, Mqtt5EnhancedAuthBuilder auth) {
        if (!saysNothingFirst) {
            auth.data(first());
        }
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> onReAuth(Mqtt5ClientConfig config, Mqtt5AuthBuilder auth) {
        auth.data(first());
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Boolean> onContinue(
            Mqtt5ClientConfig config, Mqtt5Auth asked, Mqtt5AuthBuilder auth) {
        String challenge = text(asked);
        try {
            auth.data(challenge.isEmpty() ? first() : last(challenge));
            return CompletableFuture.completedFuture(true);
        } catch (GeneralSecurityException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private byte[] last(String challenge) throws GeneralSecurityException {
        String[] fields = challenge.split(",");
        byte[] salt = Base64.getDecoder().decode(fields[1].substring(2));
        int iterations = Integer.parseInt(fields[2].substring(2));
        byte[] salted =
                SecretKeyFactory.getInstance("PBKDF2WithHmacSHA" + bits)
                        .generateSecret(
                                new PBEKeySpec(password.toCharArray(), salt, iterations, bits))
                        .getEncoded();
        String withoutProof = "c=biws," + fields[0];
        byte[] message = (bare + "," + challenge + "," + withoutProof).getBytes(UTF_8);
        byte[] clientKey = hmac(salted, "Client Key".getBytes(UTF_8));
        byte[] storedKey = MessageDigest.getInstance("SHA-" + bits).digest(clientKey);
        byte[] proof = hmac(storedKey, message);
        for (int i = 0; i < proof.length; i++) {
            proof[i] ^= clientKey[i];
        }
        byte[] signature = hmac(hmac(salted, "Server Key".getBytes(UTF_8)), message);
        expected = "v=" + Base64.getEncoder().encodeToString(signature);
        return (withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof)).getBytes(UTF_8);
    }

    private byte[] hmac(byte[] key, byte[] message) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA" + bits);
        mac.init(new SecretKeySpec(key, mac.getAlgorithm()));
        return mac.doFinal(message);
    }

    private static String text(@Nullable Mqtt5EnhancedAuth auth) {
        return auth == null
                ? ""
                : auth.getData().map(data -> UTF_8.decode(data).toString()).orElse("");
    }

    private CompletableFuture<Boolean> ended(@Nullable Mqtt5EnhancedAuth auth) {
        boolean isRight = text(auth).equals(expected);
        if (isRight) {
            proofs.incrementAndGet();
        }
        return CompletableFuture.completedFuture(isRight);
    }

    @Override
    public CompletableFuture<Boolean> onAuthSuccess(
            Mqtt5ClientConfig config, Mqtt5ConnAck connAck) {
        return ended(connAck.getEnhancedAuth().orElse(null));
    }

    @Override
    public CompletableFuture<Boolean> onReAuthSuccess(Mqtt5ClientConfig config, Mqtt5Auth auth) {
        return ended(auth);
    }

    @Override
    public void onAuthRejected(Mqtt5ClientConfig config, Mqtt5ConnAck connAck) {}

    @Override
    public void onReAuthRejected(Mqtt5ClientConfig config, Mqtt5Disconnect disconnect) {}

    @Override
    public void onAuthError(Mqtt5ClientConfig config, Throwable cause) {}

    @Override
    public void onReAuthError(Mqtt5ClientConfig config, Throwable cause) {}
}
