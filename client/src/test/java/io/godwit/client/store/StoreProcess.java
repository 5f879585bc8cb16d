package io.godwit.client.store;

import static io.godwit.client.store.StoreFixture.waiting;

import io.godwit.client.store.SessionStore.Stage;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;

/** A process of its own that uses a store, and says what it has done. */
final class StoreProcess {

    private StoreProcess() {}

    /** Holds the store of a directory until its input ends, or fills it until it is killed. */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[1]);
        try (DirectoryStore store = DirectoryStore.open(directory)) {
            System.out.println("open");
            if (arguments[0].equals("hold")) {
                int end = System.in.read();
                System.out.println("over " + end);
                return;
            }
            for (int i = 0; ; i++) {
                store.append(waiting(i, "message " + i));
                store.advance(i, Stage.SENT, 1 + i % 65_535);
                store.flush();
                System.out.println(i);
            }
        }
    }

    /** Starts one. */
    static Process start(String what, Path directory) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        StoreProcess.class.getName(),
                        what,
                        directory.toString())
                .redirectErrorStream(true)
                .start();
    }

    /** Waits for a line. */
    static void await(BufferedReader said, String line) throws IOException {
        StringBuilder all = new StringBuilder();
        for (String next = said.readLine(); next != null; next = said.readLine()) {
            if (next.equals(line)) {
                return;
            }
            all.append(next).append('\n');
        }
        throw new IOException("the process has ended: " + all);
    }
}
