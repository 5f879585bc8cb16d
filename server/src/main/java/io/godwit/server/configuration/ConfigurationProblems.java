package io.godwit.server.configuration;

import java.util.List;
import java.util.stream.Collectors;

/** Everything that is wrong with a configuration; its message has a line for each problem. */
public final class ConfigurationProblems extends Exception {

    private static final long serialVersionUID = 1;

    private final transient List<Problem> problems;

    /** Those problems, at least one. */
    public ConfigurationProblems(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** The problems, at least one, in the order of their files and lines. */
    public List<Problem> problems() {
        return problems;
    }
}
