package org.trestle.turn.net;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The first message of a DTLS client (RFC 6347 section 4.2.1), as far as its cookie goes.
 *
 * @param record the whole record
 * @param cookieAt where the length of the cookie is
 * @param cookieLength bytes of the cookie; 0 when the client has none yet
 */
record DtlsHello(byte[] record, int cookieAt, int cookieLength) {

    private static final int RECORD_HEADER = 13;
    private static final int HANDSHAKE_HEADER = 12;
    private static final int HANDSHAKE = 22;
    private static final int CLIENT_HELLO = 1;
    private static final int SERVER_HELLO = 2;
    private static final int VERSION_AND_RANDOM = 34;

    /** Reads a datagram; null if it is no ClientHello in one piece and of a first flight. */
    static @Nullable DtlsHello read(byte[] datagram) {
        int hello = RECORD_HEADER + HANDSHAKE_HEADER;
        if (datagram.length < hello + VERSION_AND_RANDOM + 2
                || datagram[0] != HANDSHAKE
                || datagram[1] != (byte) 0xfe
                || datagram[3] != 0
                || datagram[4] != 0
                || datagram[RECORD_HEADER] != CLIENT_HELLO) {
            return null;
        }
        int length = number(datagram, RECORD_HEADER + 1, 3);
        int end = hello + length;
        boolean whole = number(datagram, RECORD_HEADER + 6, 3) == 0
                && number(datagram, RECORD_HEADER + 9, 3) == length
                && number(datagram, 11, 2) == HANDSHAKE_HEADER + length
                && end == datagram.length;
        int session = hello + VERSION_AND_RANDOM;
        if (!whole || session >= end) {
            return null;
        }
        int cookie = session + 1 + (datagram[session] & 0xff);
        if (cookie >= end || cookie + 1 + (datagram[cookie] & 0xff) > end) {
            return null;
        }
        return new DtlsHello(datagram, cookie, datagram[cookie] & 0xff);
    }

    /** The message that the client must have sent before this one: the same without the cookie. */
    byte[] withoutCookie() {
        byte[] first = new byte[record.length - cookieLength];
        System.arraycopy(record, 0, first, 0, cookieAt);
        int behind = cookieAt + 1 + cookieLength;
        System.arraycopy(record, behind, first, cookieAt + 1, record.length - behind);
        int length = first.length - RECORD_HEADER - HANDSHAKE_HEADER;
        ByteBuffer header = ByteBuffer.wrap(first);
        Arrays.fill(first, 5, 11, (byte) 0);
        header.putShort(11, (short) (HANDSHAKE_HEADER + length));
        header.putInt(RECORD_HEADER, CLIENT_HELLO << 24 | length);
        header.putShort(RECORD_HEADER + 4, (short) 0);
        header.putInt(RECORD_HEADER + 8, length);
        return first;
    }

    /** Whether a datagram of the server begins with ServerHello: the cookie was right. */
    static boolean isServerHello(byte[] datagram) {
        return datagram.length > RECORD_HEADER && datagram[0] == HANDSHAKE && datagram[RECORD_HEADER] == SERVER_HELLO;
    }

    private static int number(byte[] bytes, int from, int count) {
        int number = 0;
        for (int i = from; i < from + count; i++) {
            number = number << 8 | (bytes[i] & 0xff);
        }
        return number;
    }
}
