package org.trestle.xmpp.session;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.stream.ClientStream;
import org.trestle.xmpp.stream.ResumeResult;
import org.trestle.xmpp.stream.StreamError;
import org.trestle.xmpp.stream.StreamListener;
import org.trestle.xmpp.stream.StreamManagement;
import org.trestle.xmpp.xml.Element;

/**
 * An endpoint that can outlive its stream and go on with another one (XEP-0198 5). To everybody else it is the same endpoint
 * all the time: while it has no stream it takes stanzas as usual, up to {@link ManagementLimits}.
 */
abstract class ResumableEndpoint extends Endpoint {
    private final Resumption management;
    private ClientStream client;
    private @Nullable Connection connection;

    ResumableEndpoint(String id, ClientStream stream, SessionContext context) {
        super(id, stream, context);
        this.client = stream;
        this.management = new Resumption(this, context);
    }

    /** What a stream of this session tells it, for as long as it is the stream of this session. */
    private final class Connection implements StreamListener {
        private boolean isCurrent() {
            return connection == this;
        }

        @Override
        public void stanza(Stanza stanza) {
            if (isCurrent()) {
                ResumableEndpoint.this.stanza(stanza);
                management.took();
            }
        }

        @Override
        public void answered(@Nullable Stanza reply) {
            if (isCurrent()) {
                management.took();
                ResumableEndpoint.this.answered(reply);
            }
        }

        @Override
        public boolean nonza(Element element) {
            return !isCurrent() || ResumableEndpoint.this.nonza(element);
        }

        @Override
        public void writable() {
            if (isCurrent()) {
                ResumableEndpoint.this.writable();
            }
        }

        @Override
        public void closed() {
            if (isCurrent()) {
                ResumableEndpoint.this.closed();
            }
        }

        @Override
        public void broken() {
            if (!isCurrent()) {
                return;
            }
            if (management.isResumable() && !isClosed()) {
                lost();
            } else {
                ResumableEndpoint.this.closed();
            }
        }

        @Override
        public @Nullable StreamManagement management() {
            return management;
        }
    }

    /** Takes what the stream of this session has to say from now on. */
    StreamListener connection() {
        Connection fresh = new Connection();
        connection = fresh;
        return fresh;
    }

    /** The connection is lost; the session waits for another one. */
    private void lost() {
        connection = null;
        context().meters().lost();
        management.lost(() -> {
            context().meters().resumptionOver();
            end(null);
        });
        disconnected();
    }

    /** XEP-0198 5: goes on with another stream; {@code acknowledged}: how many stanzas the client has. On the loop of both. */
    ResumeResult resume(ClientStream stream, int acknowledged) {
        if (isClosed() || !management.isResumable()) {
            return new ResumeResult.Failed(StanzaError.Condition.ITEM_NOT_FOUND, management.taken());
        }
        StreamError error = management.acknowledged(acknowledged);
        if (error != null) {
            return new ResumeResult.Broken(error);
        }
        if (!management.isAway()) {
            connection = null;
            disconnected();
            client.close(StreamError.of(StreamError.Condition.CONFLICT, "this session goes on with another stream"));
        }
        client = stream;
        goOnWith(stream);
        for (Unacknowledged.Sent sent : management.back()) {
            stream.send(sent.stanza());
        }
        outlet(null);
        context().meters().resumed();
        return new ResumeResult.Resumed(connection(), management.taken());
    }

    /** Asks the client what it has. */
    void request() {
        client.request();
    }

    @Override
    protected boolean write(Stanza stanza, boolean copy) {
        if (!management.isEnabled()) {
            return super.write(stanza, copy);
        }
        management.sent(stanza, copy);
        if (!management.isAway()) {
            super.write(stanza, copy);
            management.askWhenMany();
        } else if (management.isCrowded()) {
            context().meters().crowded();
            end(null);
        }
        return true;
    }

    @Override
    protected boolean keepsUp() {
        return management.isAway() || (super.keepsUp() && !management.isCrowded());
    }

    /** Whether the session has no connection and waits for one. Any thread. */
    final boolean isWaiting() {
        return management.isAway();
    }

    @Override
    protected boolean isConnected() {
        return !management.isAway();
    }

    @Override
    protected void second() {
        Instant until = client.validUntil();
        if (until != null && isConnected() && !context().timers().now().isBefore(until)) {
            // The stream is over and not what is done on it: with another certificate the session can go on (4.9.3.16).
            unresponsive(StreamError.of(
                    StreamError.Condition.RESET, "the certificate that this stream was opened with has expired"));
            return;
        }
        if (management.tick(lastHeard())) {
            unresponsive(StreamError.of(
                    StreamError.Condition.CONNECTION_TIMEOUT,
                    "no stanza was acknowledged although that was asked for"));
        }
    }

    @Override
    protected final void ask() {
        if (management.isEnabled()) {
            management.ask();
        } else {
            ping();
        }
    }

    /** Asks the client for any answer. */
    protected abstract void ping();

    /** Called once, when the session is over. */
    protected abstract void ended();

    /** XEP-0198 5: what the client may not have goes the way of what is sent to a resource that is not there. */
    @Override
    protected final void gone() {
        ended();
        for (Unacknowledged.Sent sent : management.end()) {
            context().switchboard().undelivered(sent.stanza(), sent.copy(), sent.at(), id());
        }
    }

    @Override
    protected void unresponsive(StreamError error) {
        if (management.isResumable()) {
            lost();
            client.close(error);
        } else {
            super.unresponsive(error);
        }
    }

    /** The count of stanzas that a client who comes too late may ask for; null when it could not have resumed. */
    @Nullable
    Integer taken() {
        return management.isResumable() ? management.taken() : null;
    }
}
