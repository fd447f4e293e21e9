package org.trestle.auth.accounts;

import java.nio.ByteBuffer;
import org.trestle.auth.scram.ScramKeys;
import org.trestle.cluster.api.Row;

/** What the table {@code users} holds of an account: a version octet, an octet of flags, the SCRAM keys. */
record AccountRow(boolean admin, ScramKeys keys) {
    private static final byte VERSION = 1;
    private static final int ADMIN = 1;

    byte[] encode() {
        ByteBuffer out = ByteBuffer.allocate(2 + keys.encodedSize());
        out.put(VERSION).put((byte) (admin ? ADMIN : 0));
        keys.encode(out);
        return out.array();
    }

    /** Reads a row; throws {@link IllegalStateException} when it is damaged or of a newer version. */
    static AccountRow decode(Row row) {
        ByteBuffer in = ByteBuffer.wrap(row.value());
        if (in.remaining() < 2 || in.get() != VERSION) {
            throw new IllegalStateException(
                    "account " + row.key() + " was written by a newer version of this program; update this node");
        }
        boolean admin = (in.get() & ADMIN) != 0;
        try {
            AccountRow account = new AccountRow(admin, ScramKeys.decode(in));
            if (in.hasRemaining()) {
                throw new IllegalStateException("account " + row.key() + " has octets after its keys");
            }
            return account;
        } catch (IllegalArgumentException damaged) {
            throw new IllegalStateException("the keys of account " + row.key() + " are damaged", damaged);
        }
    }
}
