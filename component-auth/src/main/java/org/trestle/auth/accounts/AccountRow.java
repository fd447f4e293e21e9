package org.trestle.auth.accounts;

import java.nio.ByteBuffer;
import org.trestle.auth.scram.ScramKeys;
import org.trestle.cluster.api.Row;

/**
 * What the table {@code users} holds of an account: a version octet, an octet of flags, the SCRAM keys. The first version had
 * no keys for SHA-512, and is still written for passwords that have none.
 */
record AccountRow(boolean admin, ScramKeys keys) {
    private static final byte WITHOUT_SHA_512 = 1;
    private static final byte COMPLETE = 2;
    private static final int ADMIN = 1;

    /** Whether a row has a key for every hash function, without reading them. */
    static boolean isComplete(Row row) {
        return row.value().length > 0 && row.value()[0] != WITHOUT_SHA_512;
    }

    byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(2 + keys.encodedSize());
        out.put(keys.complete() ? COMPLETE : WITHOUT_SHA_512).put((byte) (admin ? ADMIN : 0));
        keys.encode(out);
        return out.array();
    }

    /** Reads a row; throws {@link IllegalStateException} when it is damaged or of a newer version. */
    static AccountRow decode(Row row) {
        ByteBuffer in = ByteBuffer.wrap(row.value());
        byte version = in.remaining() < 2 ? 0 : in.get();
        if (version != WITHOUT_SHA_512 && version != COMPLETE) {
            throw new IllegalStateException(
                    "account " + row.key() + " was written by a newer version of this program; update this node");
        }
        boolean admin = (in.get() & ADMIN) != 0;
        try {
            AccountRow account = new AccountRow(admin, ScramKeys.decode(in, version == COMPLETE));
            if (in.hasRemaining()) {
                throw new IllegalStateException("account " + row.key() + " has octets after its keys");
            }
            return account;
        } catch (IllegalArgumentException damaged) {
            throw new IllegalStateException("the keys of account " + row.key() + " are damaged", damaged);
        }
    }
}
