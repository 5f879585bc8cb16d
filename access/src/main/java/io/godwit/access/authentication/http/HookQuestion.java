package io.godwit.access.authentication.http;

import io.godwit.access.authentication.CertificatePart;
import io.godwit.broker.auth.Credentials;
import io.godwit.broker.auth.Origin;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jose4j.json.JsonUtil;

/** What a service is told about a client. */
final class HookQuestion {

    private HookQuestion() {}

    /** The body of the request, in JSON. What there is not is left out. */
    static byte[] body(Credentials credentials) {
        Map<String, Object> question = new LinkedHashMap<>();
        question.put("client-id", credentials.clientId());
        String userName = credentials.userName();
        if (userName != null) {
            question.put("user-name", userName);
        }
        byte[] password = credentials.password();
        if (password != null) {
            putPassword(question, password);
        }
        Origin origin = credentials.origin();
        question.put("listener", origin.listener());
        if (origin.address() != null) {
            question.put("address", origin.address().getHostAddress());
        }
        if (!origin.certificates().isEmpty()) {
            CertificatePart.CN
                    .of(origin.certificates().getFirst())
                    .ifPresent(name -> question.put("certificate-cn", name));
        }
        return JsonUtil.toJson(question).getBytes(StandardCharsets.UTF_8);
    }

    /** JSON holds text only; a password may be any bytes. */
    private static void putPassword(Map<String, Object> question, byte[] password) {
        try {
            question.put(
                    "password",
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(password))
                            .toString());
        } catch (CharacterCodingException binary) {
            question.put("password-base64", Base64.getEncoder().encodeToString(password));
        }
    }
}
