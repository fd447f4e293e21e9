package org.trestle.xmpp.stream;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.stanza.Reading;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.stanza.StanzaReader;
import org.trestle.xmpp.stream.StreamCounters.Event;
import org.trestle.xmpp.stream.StreamError.Condition;
import org.trestle.xmpp.xml.Element;
import org.trestle.xmpp.xml.Token;

/** The stanzas of one stream, both ways: from the peer once it is bound or accepted, and to it. */
final class StanzaExchange {
    /** What a stanza that waits for the answer to the bind or handshake costs beside its payload, in bytes. */
    private static final int EARLY_OVERHEAD = 256;

    /** As many may wait for the answer before their senders are slowed down. */
    private static final int FEW_EARLY = 64;

    private final StreamHandler stream;
    private final Queue<Stanza> early = new ArrayDeque<>();
    private @Nullable StreamListener listener;
    private long earlyBytes;
    private boolean open;

    StanzaExchange(StreamHandler stream) {
        this.stream = stream;
    }

    /** Whether stanzas are taken and sent now. */
    boolean isOpen() {
        return open;
    }

    /**
     * The layer above has taken the stream.
     *
     * @param answer says so to the peer; what has waited follows it
     * @return false when the stream is over already, which the listener was told
     */
    boolean open(StreamListener listener, Runnable answer) {
        this.listener = listener;
        if (!stream.isOpen()) {
            over(true);
            return false;
        }
        open = true;
        stream.settled();
        answer.run();
        boolean slowed = early.size() >= FEW_EARLY;
        for (Stanza stanza = early.poll(); stanza != null; stanza = early.poll()) {
            stream.send(stanza);
        }
        if (slowed && writable()) {
            listener.writable();
        }
        return true;
    }

    /** Reads an element that must be a stanza; null when it is not, and has been answered. */
    @Nullable
    Stanza read(StanzaReader reader, Token.Child child) {
        Reading reading = reader.read(child);
        if (reading instanceof Reading.Valid valid) {
            stream.count(Event.STANZA_RECEIVED);
            return valid.stanza();
        }
        if (reading instanceof Reading.Refused refused) {
            stream.count(Event.STANZA_REFUSED);
            answered(refused.reply());
        } else if (reading instanceof Reading.BadSender) {
            stream.close(StreamError.of(Condition.INVALID_FROM, "the attribute 'from' is not a Jid"));
        } else {
            stream.close(StreamError.of(
                    Condition.UNSUPPORTED_STANZA_TYPE, "only message, presence and iq are understood here"));
        }
        return null;
    }

    /** Hands an element of the peer up that is no stanza; false when nobody knows it. */
    boolean nonza(Element element) {
        StreamListener known = listener;
        return known != null && known.nonza(element);
    }

    /** Hands a stanza of the peer up. */
    void received(Stanza stanza) {
        StreamListener known = listener;
        if (known != null) {
            known.stanza(stanza);
        }
    }

    /** A stanza was dealt with in this layer; the layer above counts it, and sends the answer. */
    void answered(@Nullable Stanza reply) {
        StreamListener known = listener;
        if (known != null) {
            known.answered(reply);
        } else {
            answer(reply);
        }
    }

    /** How stanzas are acknowledged here, or null. */
    @Nullable
    StreamManagement management() {
        StreamListener known = listener;
        return known == null ? null : known.management();
    }

    /** Sends an answer of this layer, if there is one, even before the stream is open. */
    void answer(@Nullable Stanza stanza) {
        if (stanza != null) {
            stream.send(stanza);
        }
    }

    /** False when the stream is over. */
    boolean send(Stanza stanza) {
        if (open) {
            return stream.send(stanza);
        }
        if (!stream.isOpen()) {
            return false;
        }
        early.add(stanza);
        earlyBytes += stanza.payload().length + EARLY_OVERHEAD;
        if (earlyBytes > stream.maxWaiting()) {
            early.clear();
            stream.close(StreamError.of(Condition.RESOURCE_CONSTRAINT, "too much waits for this stream already"));
            return false;
        }
        return true;
    }

    /** While stanzas wait for the answer their senders are slowed down: it can take as long as a node takes to be lost. */
    boolean writable() {
        return stream.isOpen() && (open ? stream.writable() : early.size() < FEW_EARLY);
    }

    void writableAgain() {
        StreamListener known = listener;
        if (known != null) {
            known.writable();
        }
    }

    void over(boolean broken) {
        early.clear();
        open = false;
        StreamListener known = listener;
        listener = null;
        if (known != null) {
            if (broken) {
                known.broken();
            } else {
                known.closed();
            }
        }
    }
}
