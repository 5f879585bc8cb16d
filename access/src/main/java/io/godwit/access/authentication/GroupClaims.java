package io.godwit.access.authentication;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Names of groups that come in JSON: a list, or one text with spaces between them. */
public final class GroupClaims {

    /** How many groups a client may bring along. */
    public static final int MOST = 1_000;

    private static final int LONGEST = 256;

    private GroupClaims() {}

    /**
     * The groups in a value of JSON.
     *
     * @throws IllegalArgumentException if it is something else, or more or longer than is allowed
     */
    public static Set<String> read(@Nullable Object json) {
        List<?> names =
                switch (json) {
                    case null -> List.of();
                    case String text when text.isBlank() -> List.of();
                    case String text -> List.of(text.strip().split("\\s+"));
                    case List<?> list -> list;
                    default ->
                            throw new IllegalArgumentException("takes a list of names, or a text");
                };
        if (names.size() > MOST) {
            throw new IllegalArgumentException("has more than " + MOST + " groups");
        }
        Set<String> groups = new LinkedHashSet<>();
        for (Object name : names) {
            if (!(name instanceof String group) || group.isBlank() || group.length() > LONGEST) {
                throw new IllegalArgumentException(
                        "has a group that is no text of 1 to " + LONGEST + " characters");
            }
            groups.add(group);
        }
        return groups;
    }
}
