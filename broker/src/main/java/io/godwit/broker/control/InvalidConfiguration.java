package io.godwit.broker.control;

import java.io.IOException;
import java.util.List;

/** A configuration that can't be used; nothing was changed. */
public final class InvalidConfiguration extends IOException {

    private static final long serialVersionUID = 1;

    private final transient List<String> problems;

    /**
     * With all that is wrong.
     *
     * @param problems a line each, with the place where there is one
     */
    public InvalidConfiguration(List<String> problems) {
        super(
                "the configuration has problems, and nothing was changed:\n"
                        + String.join("\n", problems));
        this.problems = List.copyOf(problems);
    }

    /** What is wrong, a line each. */
    public List<String> problems() {
        return problems;
    }
}
