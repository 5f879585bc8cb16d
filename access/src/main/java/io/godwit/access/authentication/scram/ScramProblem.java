package io.godwit.access.authentication.scram;

/** A message of a client that SCRAM does not allow; says what is wrong with it. */
final class ScramProblem extends Exception {

    private static final long serialVersionUID = 1;

    private final String what;

    ScramProblem(String what) {
        super(what);
        this.what = what;
    }

    /** What is wrong. */
    String what() {
        return what;
    }
}
