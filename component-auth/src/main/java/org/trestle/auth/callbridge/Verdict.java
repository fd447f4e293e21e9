package org.trestle.auth.callbridge;

import org.jspecify.annotations.Nullable;

/** What became of a handshake. The peer of a refused one reads only {@code not-authorized}; the words are for the log. */
public sealed interface Verdict {

    /** The name as the peer gave it, cut to a length that a log can bear. */
    String name();

    /** A sentence or two for the operator's log; never a secret. */
    String words();

    /** It is that call bridge. */
    record Accepted(String name) implements Verdict {
        @Override
        public String words() {
            return name + " presented its secret";
        }
    }

    /**
     * There is no call bridge of that name.
     *
     * @param ownerOfThatSecret the call bridge whose secret it was, or null when it is nobody's
     */
    record Unknown(String name, @Nullable String ownerOfThatSecret) implements Verdict {
        @Override
        public String words() {
            String known = "no call bridge is named \"" + name + "\"";
            return ownerOfThatSecret == null
                    ? known + "; add it on any node: xmpp callbridge add " + name
                    : known + ", and the secret presented is that of " + ownerOfThatSecret + ": set its unique name to "
                            + ownerOfThatSecret + ", or type: xmpp callbridge add " + name;
        }
    }

    /**
     * The name is known, the secret is not its own.
     *
     * @param fingerprint of the secret that was expected
     * @param ownerOfThatSecret the call bridge whose secret was presented, or null when it is nobody's
     * @param presented fingerprint of what was presented, known only when it is somebody's
     */
    record WrongSecret(
            String name,
            String fingerprint,
            @Nullable String ownerOfThatSecret,
            @Nullable String presented) implements Verdict {
        @Override
        public String words() {
            String cure = " The cluster's secret of " + name + " has fingerprint " + fingerprint
                    + ", the same on all nodes; to see it, type: xmpp callbridge list --show-secrets";
            return ownerOfThatSecret == null
                    ? name + " presented a secret that no call bridge has (mistyped, or of another cluster)." + cure
                    : name + " presented a secret whose fingerprint " + presented + " is that of " + ownerOfThatSecret
                            + " (pasted in the wrong field)." + cure;
        }
    }
}
