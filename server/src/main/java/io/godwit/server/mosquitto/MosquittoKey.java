package io.godwit.server.mosquitto;

/**
 * A key of mosquitto.conf and what becomes of it.
 *
 * @param name as it is written; a prefix of names if it ends in {@code *}
 * @param scope what it belongs to
 * @param fate what becomes of it
 * @param harmless a value with which an {@link Fate#IGNORED} or {@link Fate#REFUSED} key changes
 *     nothing, and passes without a word; empty if there is none
 * @param text for a person: what it is translated to, or why it is not
 */
record MosquittoKey(String name, Scope scope, Fate fate, String harmless, String text) {

    /** What a key belongs to. */
    enum Scope {
        /** The broker. */
        BROKER,
        /** The last listener line before it, or the default listener. */
        LISTENER,
        /** The same with {@code per_listener_settings true}, otherwise the broker. */
        SECURITY,
        /** The last connection line before it. */
        BRIDGE,
        /** The last plugin line before it. */
        PLUGIN
    }

    /** What becomes of a key. */
    enum Fate {
        /** It has the same effect here. */
        TRANSLATED("translated"),
        /** It has no effect, which is said when the broker starts. */
        IGNORED("without effect"),
        /**
         * The broker does not start: without it more would be open, or lost, than the file says.
         */
        REFUSED("refused");

        private final String words;

        Fate(String words) {
            this.words = words;
        }

        /** As the reference calls it. */
        String words() {
            return words;
        }
    }

    boolean matches(String key) {
        return name.endsWith("*")
                ? key.startsWith(name.substring(0, name.length() - 1))
                : key.equals(name);
    }
}
