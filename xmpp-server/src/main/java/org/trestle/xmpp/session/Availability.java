package org.trestle.xmpp.session;

import org.trestle.cluster.api.Binding;

/**
 * What a session publishes in the directory: nothing while it is only connected, one byte of priority (RFC 6121 4.7.2.3)
 * once it is available. A later version may add bytes, which this one ignores.
 */
public final class Availability {
    /** The lowest priority (RFC 6121 4.7.2.3). */
    public static final int LOWEST = -128;

    private static final byte[] CONNECTED = new byte[0];

    private Availability() {}

    /** The attributes of a session that has not sent initial presence, or went unavailable. */
    public static byte[] connected() {
        return CONNECTED;
    }

    /** The attributes of an available session; {@code priority} is -128 to 127. */
    public static byte[] available(int priority) {
        return new byte[] {(byte) priority};
    }

    /** Whether the session takes part in the delivery to its bare Jid. */
    public static boolean isAvailable(Binding binding) {
        return binding.attributes().length > 0;
    }

    /** The priority of an available session, {@link Integer#MIN_VALUE} for one that is not available. */
    public static int priority(Binding binding) {
        byte[] attributes = binding.attributes();
        return attributes.length > 0 ? attributes[0] : Integer.MIN_VALUE;
    }
}
