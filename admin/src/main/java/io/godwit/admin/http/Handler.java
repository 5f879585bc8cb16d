package io.godwit.admin.http;

/** Answers requests. Called by many threads at once, and may block. */
@FunctionalInterface
public interface Handler {

    /**
     * The answer to a request.
     *
     * @throws BadRequest if there is something wrong with it
     */
    Response handle(Request request) throws BadRequest;
}
