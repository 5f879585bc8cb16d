package io.godwit.server.configuration;

import java.util.regex.Pattern;

/** What of a configuration nobody is shown: no message, plan or log has it. */
public final class Secrets {

    /** Stands for a value that is not shown. */
    public static final String HIDDEN = "(secret)";

    private static final Pattern KEY =
            Pattern.compile("(.*[.-])(secret|password|passphrase|token|authorization|hash)");

    private static final Pattern USER_OF_URL = Pattern.compile("://[^/?#\\s\"]*@");
    private static final Pattern QUERY_OF_URL = Pattern.compile("(://[^?\\s\"]*\\?)[^\\s\"]*");

    private Secrets() {}

    /** Whether the value of a key is one. */
    public static boolean isSecret(String key) {
        return KEY.matcher(key).matches();
    }

    /**
     * The value of a key as it can be shown: nothing of a secret, and of a URL neither a password
     * nor a query.
     */
    static String shown(String key, String value) {
        if (isSecret(key)) {
            return HIDDEN;
        }
        String anonymous = USER_OF_URL.matcher(value).replaceAll("://...@");
        return QUERY_OF_URL.matcher(anonymous).replaceAll("$1...");
    }
}
