package io.godwit.app.messages;

import java.util.ArrayList;
import java.util.List;

/** Cipher suites by the names that OpenSSL gives them, and by those that the standards do. */
final class CipherNames {

    private CipherNames() {}

    /**
     * The standards' names, which Java takes.
     *
     * @param list with colons between, such as {@code ECDHE-RSA-AES128-GCM-SHA256}
     */
    static String[] of(String list) throws WrongUsage {
        List<String> names = new ArrayList<>();
        for (String name : list.split(":", -1)) {
            names.add(name.startsWith("TLS_") ? name : standard(name));
        }
        return names.toArray(String[]::new);
    }

    private static String standard(String name) throws WrongUsage {
        List<String> parts = new ArrayList<>(List.of(name.split("-", -1)));
        StringBuilder standard = new StringBuilder("TLS_");
        if (parts.getFirst().equals("ECDHE") || parts.getFirst().equals("DHE")) {
            standard.append(parts.removeFirst()).append('_');
            if (parts.isEmpty()) {
                throw unknown(name);
            }
            standard.append(parts.removeFirst());
        } else {
            standard.append("RSA");
        }
        standard.append("_WITH_");
        String rest = String.join("_", parts);
        if (rest.equals("CHACHA20_POLY1305")) {
            return standard.append("CHACHA20_POLY1305_SHA256").toString();
        }
        String cipher = rest.replaceFirst("^AES(128|256)_", "AES_$1_");
        if (!cipher.matches("AES_[0-9]+_((GCM|CCM)_)?SHA[0-9]*")) {
            throw unknown(name);
        }
        boolean isBlockMode = !cipher.contains("_GCM_") && !cipher.contains("_CCM_");
        return standard.append(isBlockMode ? cipher.replace("_SHA", "_CBC_SHA") : cipher)
                .toString();
    }

    private static WrongUsage unknown(String name) {
        return new WrongUsage(
                "--ciphers takes names such as ECDHE-RSA-AES128-GCM-SHA256 or"
                        + " TLS_AES_128_GCM_SHA256, not "
                        + name);
    }
}
