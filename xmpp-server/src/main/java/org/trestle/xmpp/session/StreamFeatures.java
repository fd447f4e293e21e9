package org.trestle.xmpp.session;

import java.util.List;
import org.trestle.xmpp.xml.Element;

/** What clients are offered in the stream features (RFC 6120 4.3.2) by what stands above sessions. */
@FunctionalInterface
public interface StreamFeatures {

    /** The elements for a client that has authenticated, or has not. Any event loop. */
    List<Element> offered(boolean authenticated);
}
