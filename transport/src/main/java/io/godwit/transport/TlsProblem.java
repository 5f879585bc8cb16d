package io.godwit.transport;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** TLS can't be set up as the settings say. The message tells what is wrong and what to do. */
public final class TlsProblem extends IOException {

    private static final long serialVersionUID = 1;

    private final transient @Nullable Path file;
    private final String words;

    TlsProblem(@Nullable Path file, String words, @Nullable Throwable cause) {
        super(file == null ? words : file + ": " + words, cause);
        this.file = file;
        this.words = words;
    }

    TlsProblem(Path file, String words) {
        this(file, words, null);
    }

    /** The file that it is about, as the settings name it; null if it is about none. */
    public @Nullable Path file() {
        return file;
    }

    /** What is wrong, without the file. */
    public String words() {
        return words;
    }
}
