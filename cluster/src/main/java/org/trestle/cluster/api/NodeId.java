package org.trestle.cluster.api;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A node's identity: random, made together with its log and kept beside it. It is not an address, and it never outlives
 * its log: a node that left, or lost its disk, gets a new one.
 *
 * @param value 16 lower-case hexadecimal digits
 */
public record NodeId(String value) implements Comparable<NodeId> {
    private static final Pattern SHAPE = Pattern.compile("[0-9a-f]{16}");

    public NodeId {
        if (!SHAPE.matcher(value).matches()) {
            throw new IllegalArgumentException("a node id is 16 hexadecimal digits, not \"" + value + "\"");
        }
    }

    /** A fresh identity that no other node has. */
    public static NodeId random(SecureRandom random) {
        byte[] bytes = new byte[8];
        random.nextBytes(bytes);
        return new NodeId(HexFormat.of().formatHex(bytes));
    }

    @Override
    public int compareTo(NodeId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
