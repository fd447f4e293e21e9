package org.trestle.cluster.transport;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * The frame on the wire: u32 length of what follows, u8 kind, u8 length of the subject, the subject in ASCII, u64
 * request id, body. All numbers are big-endian.
 */
final class Frames {
    static final int LENGTH = 4;
    static final int LONGEST_SUBJECT = 64;
    /** Kind, subject length and request id: what every frame has after its length. */
    static final int FIXED = 1 + 1 + 8;
    /** Until the peer has greeted, no frame of it may be longer. */
    static final int LONGEST_HELLO = 256;

    static final int VERSION = 1;

    private Frames() {}

    /** Bytes before the body of a frame of {@code subject}. */
    static int overhead(String subject) {
        return LENGTH + FIXED + subject.length();
    }

    static void head(ByteBuf out, FrameKind kind, String subject, long id, int bodyLength) {
        out.writeInt(FIXED + subject.length() + bodyLength);
        out.writeByte(kind.code());
        out.writeByte(subject.length());
        out.writeCharSequence(subject, StandardCharsets.US_ASCII);
        out.writeLong(id);
    }

    static String subject(String subject) {
        if (subject.isEmpty() || subject.length() > LONGEST_SUBJECT) {
            throw new IllegalArgumentException("a subject is 1 to " + LONGEST_SUBJECT + " characters: " + subject);
        }
        for (int i = 0; i < subject.length(); i++) {
            if (subject.charAt(i) <= ' ' || subject.charAt(i) > '~') {
                throw new IllegalArgumentException("a subject is ASCII without spaces: " + subject);
            }
        }
        return subject;
    }
}
