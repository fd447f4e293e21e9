package org.trestle.xmpp.session;

import org.trestle.cluster.api.Binding;

/**
 * What a session publishes in the directory: nothing while it is only connected; one byte of priority (RFC 6121 4.7.2.3)
 * once it is available; and a second byte of flags when there are any. A later version may add bytes, which this one
 * ignores.
 */
public final class Availability {
    /** The lowest priority (RFC 6121 4.7.2.3). */
    public static final int LOWEST = -128;

    /** The highest priority (RFC 6121 4.7.2.3). */
    public static final int HIGHEST = 127;

    private static final int CARBONS = 1;
    /** Only the flags count: the session is connected and not available. */
    private static final int ABSENT = 2;

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

    /** The same availability of a session that wants copies of its account's messages, or does not. */
    public static byte[] withCopies(byte[] attributes, boolean copies) {
        boolean available = isAvailable(attributes);
        if (!copies) {
            return available ? new byte[] {attributes[0]} : CONNECTED;
        }
        return available ? new byte[] {attributes[0], CARBONS} : new byte[] {0, CARBONS | ABSENT};
    }

    /** Whether the session takes part in the delivery to its bare Jid. */
    public static boolean isAvailable(Binding binding) {
        return isAvailable(binding.attributes());
    }

    private static boolean isAvailable(byte[] attributes) {
        return attributes.length == 1 || (attributes.length > 1 && (attributes[1] & ABSENT) == 0);
    }

    /** The priority of an available session, {@link Integer#MIN_VALUE} for one that is not available. */
    public static int priority(Binding binding) {
        byte[] attributes = binding.attributes();
        return isAvailable(attributes) ? attributes[0] : Integer.MIN_VALUE;
    }

    /** Whether the session wants copies of what others of its account send and receive (XEP-0280). */
    public static boolean wantsCopies(Binding binding) {
        byte[] attributes = binding.attributes();
        return attributes.length > 1 && (attributes[1] & CARBONS) != 0;
    }
}
