package io.godwit.admin.http;

/** A request that is refused for what it says or how it says it. */
public final class BadRequest extends Exception {

    private static final long serialVersionUID = 1;

    private final int status;

    /**
     * With the reason in words.
     *
     * @param status the status code to answer, 400 to 599
     */
    public BadRequest(int status, String message) {
        super(message);
        this.status = status;
    }

    /** The status code to answer. */
    public int status() {
        return status;
    }

    /** What it is answered with. */
    Response response() {
        return Response.error(status, String.valueOf(getMessage()));
    }
}
