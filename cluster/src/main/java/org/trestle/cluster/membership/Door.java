package org.trestle.cluster.membership;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.pki.InviteToken;
import org.trestle.cluster.pki.TrustBundle;
import org.trestle.cluster.transport.TlsCredential;

/** By what a newcomer is let in. */
sealed interface Door {

    /** A token that an operator copied. */
    record Invited(InviteToken token) implements Door {}

    /** A certificate of the bundle that an operator installed on both sides. */
    record Trusted(TlsCredential own, TrustBundle bundle) implements Door {}

    /** The id of the invitation; empty when there is none. */
    default String invitation() {
        return this instanceof Invited invited ? invited.token().id() : "";
    }

    /** The fingerprint of the authority of the cluster that is joined; null when that is not known before. */
    default @Nullable String authority() {
        return this instanceof Invited invited ? invited.token().authority() : null;
    }

    /** Asks a member, with the proof that this door wants. */
    default CompletionStage<byte[]> ask(Guests guests, NodeAddress member, String subject, byte[] question) {
        if (this instanceof Trusted trusted) {
            byte[] unproven = new Hello.Proven(new byte[0], question).encode();
            return guests.askTrusted(member, trusted.own(), trusted.bundle(), subject, unproven)
                    .exceptionallyCompose(failure -> Steps.refuse(Steps.words(failure)
                            + ". Both nodes must have installed a bundle with the certificates of both: \"xmpp cluster trust "
                            + "<bundle>\"."));
        }
        InviteToken token = ((Invited) this).token();
        return guests.ask(
                member,
                token.authority(),
                subject,
                binding -> new Hello.Proven(token.proof(question, binding), question).encode());
    }
}
