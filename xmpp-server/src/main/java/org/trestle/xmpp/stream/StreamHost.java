package org.trestle.xmpp.stream;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.trestle.auth.sasl.SaslMechanisms;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.xml.Element;

/** What the streams of clients need from above. Any thread. */
public interface StreamHost {

    /** Whether this is a domain whose accounts log in here; {@code domain} is canonical. */
    boolean serves(String domain);

    /** Whether logins are taken now; false while the node has no cluster. */
    boolean accepting();

    /** Where clients are to go instead of this node (RFC 6120 4.9.3.19), or null when they are welcome. */
    @Nullable
    String elsewhere();

    SaslMechanisms mechanisms();

    /**
     * Answers a request of a client that has not authenticated; null when it must authenticate first. The stage completes on
     * any thread; a failure is answered with {@code internal-server-error}.
     */
    default @Nullable CompletionStage<Stanza> stranger(String domain, Iq request, InetAddress peer) {
        return null;
    }

    /** What stands in the stream features (RFC 6120 4.3.2) beside what the stream negotiates itself. */
    default List<Element> features(boolean authenticated) {
        return List.of();
    }

    /**
     * Claims a resource of an account that has authenticated on this stream.
     *
     * @param resource what the client asked for, canonical, or null when the server is to choose
     * @return completes on any thread; a failure is answered with {@code internal-server-error}
     */
    CompletionStage<BindResult> bind(ClientStream stream, BareJid account, @Nullable String resource);

    /**
     * Lets a stream that has authenticated go on with the session of an earlier one (XEP-0198 5).
     *
     * @param id what {@code <enabled/>} said
     * @param handled how many stanzas the client has taken
     * @return completes on the loop of the stream, which may be another one than before
     */
    CompletionStage<ResumeResult> resume(ClientStream stream, BareJid account, String id, int handled);
}
