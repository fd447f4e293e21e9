package org.trestle.deploy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.Random;

/** Three machines' worth of network on one: a namespace for each node, all on one bridge, each with a cable to pull. */
final class Namespaces implements AutoCloseable {
    private final String tag;
    private final int net;

    private Namespaces(String tag, int net) {
        this.tag = tag;
        this.net = net;
    }

    /** Fails with the reason when this machine does not permit it. */
    static Namespaces open() throws IOException, InterruptedException {
        Random random = new Random();
        Namespaces made = new Namespaces("tr" + random.nextInt(10_000), 1 + random.nextInt(250));
        try {
            made.build();
            return made;
        } catch (IOException notPermitted) {
            made.close();
            throw notPermitted;
        }
    }

    String address(int node) {
        return "10.219." + net + "." + node;
    }

    /** What to put before a command so that it runs on that machine. */
    List<String> wrapper(int node) {
        return List.of("ip", "netns", "exec", tag + "-" + node);
    }

    /** Pulls or plugs the cable of one machine. */
    void cable(int node, boolean plugged) throws IOException, InterruptedException {
        Shell.run("ip", "link", "set", tag + "v" + node, plugged ? "up" : "down");
    }

    private void build() throws IOException, InterruptedException {
        Shell.run("ip", "link", "add", tag + "br", "type", "bridge");
        Shell.run("ip", "address", "add", address(254) + "/24", "dev", tag + "br");
        Shell.run("ip", "link", "set", tag + "br", "up");
        for (int node = 1; node <= 3; node++) {
            String namespace = tag + "-" + node;
            Shell.run("ip", "netns", "add", namespace);
            Shell.run(
                    "ip", "link", "add", tag + "v" + node, "type", "veth", "peer", "name", "eth0", "netns", namespace);
            Shell.run("ip", "link", "set", tag + "v" + node, "master", tag + "br", "up");
            Shell.run("ip", "-n", namespace, "address", "add", address(node) + "/24", "dev", "eth0");
            Shell.run("ip", "-n", namespace, "link", "set", "eth0", "up");
            Shell.run("ip", "-n", namespace, "link", "set", "lo", "up");
        }
        if (!reachable(3)) {
            throw new IOException("the bridge between the namespaces lets nothing through");
        }
    }

    /** Whether the machine is there: a refused connection says so, silence does not. */
    boolean reachable(int node) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address(node), 9), 2000);
            return true;
        } catch (ConnectException refused) {
            return true;
        } catch (IOException silence) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        try {
            for (int node = 1; node <= 3; node++) {
                Shell.tried("ip", "link", "delete", tag + "v" + node);
                Shell.tried("ip", "netns", "delete", tag + "-" + node);
            }
            Shell.tried("ip", "link", "delete", tag + "br");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
