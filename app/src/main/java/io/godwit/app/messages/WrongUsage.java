package io.godwit.app.messages;

/** A command line that cannot be carried out; the message says what is wrong with it. */
final class WrongUsage extends Exception {

    private static final long serialVersionUID = 1;

    WrongUsage(String message) {
        super(message, null, false, false);
    }
}
