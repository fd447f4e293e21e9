package org.trestle.cluster.api;

/**
 * Where a port of a node can be reached: an attribute of the node, not its identity.
 *
 * @param host an IPv4 or IPv6 address (without brackets) or a host name
 * @param port 1 to 65535
 */
public record NodeAddress(String host, int port) {

    public NodeAddress {
        if (host.isEmpty() || host.length() > 255 || host.indexOf('[') >= 0) {
            throw new IllegalArgumentException("not a host: \"" + host + "\"");
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("a port is 1 to 65535, not " + port);
        }
    }

    /** Reads {@code host}, {@code host:port} or {@code [v6]:port}. */
    public static NodeAddress parse(String text, int defaultPort) {
        String host = text;
        int port = defaultPort;
        int colon = text.lastIndexOf(':');
        boolean bracketed = text.startsWith("[");
        if (bracketed) {
            int close = text.indexOf(']');
            if (close < 0) {
                throw new IllegalArgumentException("missing ']' in \"" + text + "\"");
            }
            host = text.substring(1, close);
            colon = close + 1 < text.length() && text.charAt(close + 1) == ':' ? close + 1 : -1;
        } else if (colon >= 0 && text.indexOf(':') != colon) {
            colon = -1; // a bare IPv6 address
        } else if (colon >= 0) {
            host = text.substring(0, colon);
        }
        if (colon >= 0) {
            try {
                port = Integer.parseInt(text.substring(colon + 1));
            } catch (NumberFormatException notANumber) {
                throw new IllegalArgumentException("not a port: \"" + text.substring(colon + 1) + "\"", notANumber);
            }
        }
        return new NodeAddress(host, port);
    }

    @Override
    public String toString() {
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
