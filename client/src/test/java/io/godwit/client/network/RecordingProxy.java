package io.godwit.client.network;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A proxy for HTTP's CONNECT and SOCKS 5, which notes whom it was asked for. */
final class RecordingProxy implements AutoCloseable {

    private final ScriptedServer server;
    private final String user; // empty for none
    private final String password;

    /** The places that it was asked for, as they were named. */
    final List<String> asked = new CopyOnWriteArrayList<>();

    /** One that wants user name and password, or none if the name is empty. */
    RecordingProxy(String user, String password) throws IOException {
        this.user = user;
        this.password = password;
        server = new ScriptedServer(this::serve);
    }

    int port() {
        return server.port();
    }

    private void serve(Socket client) throws IOException {
        DataInputStream in = new DataInputStream(client.getInputStream());
        int first = in.readUnsignedByte();
        if (first == 5) {
            socks(in, client);
        } else {
            http("" + (char) first + ScriptedServer.readHead(client), client);
        }
    }

    private void http(String head, Socket client) throws IOException {
        String credentials =
                Base64.getEncoder()
                        .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        String place = head.split(" ")[1];
        asked.add(place);
        if (!user.isEmpty() && !head.contains("Proxy-Authorization: Basic " + credentials + "\r\n")) {
            ScriptedServer.send(client, "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
            return;
        }
        int colon = place.lastIndexOf(':');
        String host = place.substring(0, colon).replaceAll("[\\[\\]]", "");
        try (Socket target = new Socket(host, Integer.parseInt(place.substring(colon + 1)))) {
            ScriptedServer.send(client, "HTTP/1.1 200 OK\r\nVia: it\r\n\r\n");
            join(client, target);
        } catch (IOException failure) {
            ScriptedServer.send(client, "HTTP/1.1 502 Bad Gateway\r\n\r\n");
        }
    }

    private void socks(DataInputStream in, Socket client) throws IOException {
        OutputStream out = client.getOutputStream();
        byte[] methods = in.readNBytes(in.readUnsignedByte());
        byte wanted = (byte) (user.isEmpty() ? 0 : 2);
        if (new String(methods, StandardCharsets.ISO_8859_1).indexOf(wanted) < 0) {
            out.write(new byte[] {5, -1});
            return;
        }
        out.write(new byte[] {5, wanted});
        if (wanted == 2) {
            in.readByte();
            String name = text(in);
            boolean isRight = name.equals(user) & text(in).equals(password);
            out.write(new byte[] {1, (byte) (isRight ? 0 : 1)});
            if (!isRight) {
                return;
            }
        }
        in.readNBytes(3);
        String host =
                switch (in.readByte()) {
                    case 1 -> address(in.readNBytes(4));
                    case 4 -> address(in.readNBytes(16));
                    default -> text(in);
                };
        int port = in.readUnsignedShort();
        asked.add(host + ":" + port);
        try (Socket target = new Socket(host, port)) {
            out.write(new byte[] {5, 0, 0, 3, 2, 'i', 't', 0, 1});
            join(client, target);
        } catch (IOException failure) {
            out.write(new byte[] {5, 5, 0, 1, 0, 0, 0, 0, 0, 0});
        }
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.UTF_8);
    }

    private static String address(byte[] bytes) throws IOException {
        return InetAddress.getByAddress(bytes).getHostAddress();
    }

    private static void join(Socket client, Socket target) {
        Thread back = Thread.ofVirtual().start(() -> copy(target, client));
        copy(client, target);
        try {
            back.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void copy(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
            to.shutdownOutput();
        } catch (IOException closed) {
            // the other direction ends as well
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
