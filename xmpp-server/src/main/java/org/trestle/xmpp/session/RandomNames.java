package org.trestle.xmpp.session;

import java.security.SecureRandom;
import java.util.HexFormat;
import org.trestle.xmpp.jid.FullJid;

/** Names that nobody can guess: for sessions, and for resources that the server has to choose. Any thread. */
final class RandomNames {
    private final SecureRandom random = new SecureRandom();

    String of(int bytes) {
        byte[] value = new byte[bytes];
        random.nextBytes(value);
        return HexFormat.of().formatHex(value);
    }

    /** Another resource for one that is taken; one that has no room for more is replaced whole. */
    FullJid renamed(FullJid jid) {
        String suffix = of(4);
        try {
            return jid.bareJid().withResource(jid.resource() + "-" + suffix);
        } catch (IllegalArgumentException tooLong) {
            return jid.bareJid().withResource(suffix);
        }
    }
}
