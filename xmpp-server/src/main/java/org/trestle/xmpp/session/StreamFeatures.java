package org.trestle.xmpp.session;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.xml.Element;

/** What stands above sessions does for clients before they are sessions. Any event loop. */
public interface StreamFeatures {

    /** The elements in the stream features (RFC 6120 4.3.2) for a client that has authenticated, or has not. */
    List<Element> offered(boolean authenticated);

    /**
     * Answers a request of a client that has not authenticated; null when it must authenticate first.
     *
     * @param domain that the client has asked for
     * @param peer the address of the client
     */
    @Nullable
    CompletionStage<Stanza> stranger(String domain, Iq request, InetAddress peer);
}
