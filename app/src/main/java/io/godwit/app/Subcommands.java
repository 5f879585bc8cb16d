package io.godwit.app;

import io.godwit.app.messages.ClientCommand;
import io.godwit.app.sn.SnCommand;
import java.util.LinkedHashMap;
import java.util.Map;

/** The words that may follow {@code godwit}. */
final class Subcommands {

    /** Those that picocli reads, in the order in which {@code --help} names them. */
    static final Map<String, Class<?>> CLASSES = classes();

    private Subcommands() {}

    static boolean contains(String word) {
        return CLASSES.containsKey(word) || ClientCommand.NAMES.contains(word);
    }

    private static Map<String, Class<?>> classes() {
        Map<String, Class<?>> classes = new LinkedHashMap<>();
        classes.put("run", RunCommand.class);
        classes.put("check", CheckCommand.class);
        classes.put("ctl", CtlCommand.class);
        classes.put("cert", CertCommand.class);
        classes.put("passwd", PasswdCommand.class);
        classes.put("sn", SnCommand.class);
        classes.put("completion", CompletionCommand.class);
        return classes;
    }
}
