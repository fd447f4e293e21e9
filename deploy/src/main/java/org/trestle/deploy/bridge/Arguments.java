package org.trestle.deploy.bridge;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the sample bridges are told: {@code --name value} pairs.
 *
 * @param values by name, without the dashes
 */
record Arguments(Map<String, String> values) {

    static Arguments of(String[] words, int first) {
        Map<String, String> values = new HashMap<>();
        for (int i = first; i < words.length; i += 2) {
            if (!words[i].startsWith("--") || i + 1 == words.length) {
                throw new IllegalArgumentException("expected --name value, got \"" + words[i] + "\"");
            }
            values.put(words[i].substring(2), words[i + 1]);
        }
        return new Arguments(values);
    }

    String need(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("--" + name + " is missing");
        }
        return value;
    }

    long number(String name, long fallback) {
        return Long.parseLong(values.getOrDefault(name, Long.toString(fallback)));
    }

    /** Component ports, such as 127.0.0.1:5223,127.0.0.2:5223. */
    List<InetSocketAddress> nodes() {
        List<InetSocketAddress> nodes = new ArrayList<>();
        for (String each : need("nodes").split(",", -1)) {
            int colon = each.lastIndexOf(':');
            nodes.add(new InetSocketAddress(each.substring(0, colon), Integer.parseInt(each.substring(colon + 1))));
        }
        return nodes;
    }

    /** Data directories, in the order of the nodes. */
    List<Path> directories() {
        List<Path> directories = new ArrayList<>();
        for (String each : need("directories").split(",", -1)) {
            directories.add(Path.of(each));
        }
        return directories;
    }

    /** The secrets of the bridges named, from a file of one "name secret" a line. */
    Map<String, String> secrets() throws IOException {
        Map<String, String> all = new HashMap<>();
        for (String line : Files.readAllLines(Path.of(need("credentials")))) {
            int space = line.indexOf(' ');
            if (space > 0) {
                all.put(line.substring(0, space), line.substring(space + 1));
            }
        }
        Map<String, String> chosen = new LinkedHashMap<>();
        for (String name : need("bridges").split(",", -1)) {
            String secret = all.get(name);
            if (secret == null) {
                throw new IllegalArgumentException(need("credentials") + " has no line for " + name);
            }
            chosen.put(name, secret);
        }
        return chosen;
    }
}
