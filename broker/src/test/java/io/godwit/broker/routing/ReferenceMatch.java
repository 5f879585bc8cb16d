package io.godwit.broker.routing;

import java.util.ArrayList;
import java.util.List;

/** Whether a Topic Filter matches a Topic Name, as §4.7 says it and not in any way fast. */
public final class ReferenceMatch {

    private ReferenceMatch() {}

    /** Both as text; the filter without a share prefix. */
    public static boolean matches(String filter, String topic) {
        if (topic.startsWith("$") && (filter.startsWith("+") || filter.startsWith("#"))) {
            return false;
        }
        List<String> wanted = levels(filter);
        List<String> given = levels(topic);
        for (int i = 0; i < wanted.size(); i++) {
            if (wanted.get(i).equals("#")) {
                return true;
            }
            if (i == given.size()) {
                return false;
            }
            if (!wanted.get(i).equals("+") && !wanted.get(i).equals(given.get(i))) {
                return false;
            }
            boolean parentOfHash =
                    i + 1 == given.size()
                            && i + 2 == wanted.size()
                            && wanted.get(i + 1).equals("#");
            if (parentOfHash) {
                return true;
            }
        }
        return wanted.size() == given.size();
    }

    private static List<String> levels(String text) {
        List<String> levels = new ArrayList<>();
        int from = 0;
        int slash = text.indexOf('/');
        while (slash >= 0) {
            levels.add(text.substring(from, slash));
            from = slash + 1;
            slash = text.indexOf('/', from);
        }
        levels.add(text.substring(from));
        return levels;
    }
}
