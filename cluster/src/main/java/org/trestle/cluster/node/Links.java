package org.trestle.cluster.node;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.trestle.cluster.membership.Guests;
import org.trestle.cluster.membership.Trust;
import org.trestle.cluster.transport.PeerTransport;
import org.trestle.cluster.transport.TransportIdentity;

/** Where a node's transport comes from: the network, or a test's imitation of it. */
interface Links extends AutoCloseable {

    /** A transport that listens, and how to end it. */
    interface Link {
        PeerTransport transport();

        /** Completes when the port is free again. */
        CompletionStage<Void> close();
    }

    /** Answers guests. */
    interface Reception {
        /** What guests may ask about. */
        List<String> subjects();

        /** Whether anybody is expected, so that guests are listened to at all; asked at each connection. */
        boolean open();

        /** The bundle whose holders may come without an invitation. */
        Trust trust();

        /**
         * Answers.
         *
         * @param binding the SHA-256 of the certificate that was shown to the guest
         * @param trusted whether the guest showed a certificate of the bundle
         */
        CompletionStage<byte[]> answer(String subject, byte[] body, byte[] binding, boolean trusted);
    }

    /** Listens; fails with a message that names the address when that is not possible. */
    CompletionStage<Link> listen(TransportIdentity identity, InetSocketAddress bind, Reception reception);

    /** How this node asks as a guest. */
    Guests guests();

    @Override
    void close();
}
