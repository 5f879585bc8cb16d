package io.godwit.admin;

import io.godwit.admin.http.BadRequest;
import io.godwit.admin.http.Response;
import io.godwit.broker.control.Refusal;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the broker, and says in words what went wrong. */
final class Answer {

    private static final Logger LOG = LoggerFactory.getLogger(Answer.class);

    private Answer() {}

    /** What is asked. */
    @FunctionalInterface
    interface Asking {
        Response ask() throws IOException, BadRequest;
    }

    /**
     * The answer: 400 if it could never be done, 409 if it can't be done as things are, 500 if it
     * was tried and failed.
     *
     * @param what was asked, for the log
     */
    static Response of(String what, Asking asking) throws BadRequest {
        try {
            return asking.ask();
        } catch (Refusal refusal) {
            return Response.error(refusal.isInvalid() ? 400 : 409, words(refusal));
        } catch (IOException failure) {
            LOG.warn("{} failed", what, failure);
            return Response.error(500, words(failure));
        }
    }

    /** The message of a failure, or its kind. */
    static String words(IOException failure) {
        String message = failure.getMessage();
        return message == null ? failure.getClass().getSimpleName() : message;
    }
}
