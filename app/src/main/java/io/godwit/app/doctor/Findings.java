package io.godwit.app.doctor;

import io.godwit.app.doctor.Finding.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What was found so far; each finding is told at once. One thread at a time. */
public final class Findings {

    private final List<Finding> all = new ArrayList<>();
    private final Consumer<Finding> told;

    /** None yet. */
    public Findings(Consumer<Finding> told) {
        this.told = told;
    }

    void ok(String name, String says) {
        add(new Finding(Status.OK, name, says, null));
    }

    void warn(String name, String says, String advice) {
        add(new Finding(Status.WARN, name, says, advice));
    }

    void fail(String name, String says, String advice) {
        add(new Finding(Status.FAIL, name, says, advice));
    }

    private void add(Finding finding) {
        all.add(finding);
        told.accept(finding);
    }

    /** All of them, in order. */
    public List<Finding> all() {
        return List.copyOf(all);
    }

    /** How many have a status. */
    public long count(Status status) {
        return all.stream().filter(it -> it.status() == status).count();
    }
}
