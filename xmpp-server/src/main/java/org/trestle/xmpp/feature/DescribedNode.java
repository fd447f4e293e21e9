package org.trestle.xmpp.feature;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Nodes of the server that can be asked what they are (XEP-0030 3.2 and 4.2). On the event loop of who asks. */
public interface DescribedNode {

    /** What the node is, or null when it is none of these; {@code request} tells who asks. */
    @Nullable
    Description description(String node, IqRequest request);

    /** What belongs to the node, or null when it is none of these. */
    @Nullable
    List<Description.Item> items(String node, IqRequest request);
}
