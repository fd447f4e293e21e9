package org.trestle.xmpp.stream;

import org.trestle.xmpp.xml.StartTag;
import org.trestle.xmpp.xml.Token;

/** What one kind of stream does with what {@link StreamHandler} reads. Called on the loop of the connection. */
interface Protocol {

    /** The peer opened the stream, or opened it anew. */
    void header(StartTag tag);

    void child(Token.Child child);

    /** Our start tag of the stream, for a stream that ends before it was said. */
    String openingTag();

    /** The peer keeps up again. */
    void writableAgain();

    /** The stream is over. Called once. {@code broken}: the connection is gone and nobody has ended the stream. */
    void over(boolean broken);
}
