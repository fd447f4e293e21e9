package org.trestle.xmpp.stream;

import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.trestle.auth.sasl.SaslMechanisms;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.jid.FullJid;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.Message;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.xml.Element;
import org.trestle.xmpp.xml.Namespaces;

/** Serves example.com and echoes messages: a stanza goes back from where it came, stamped with the sender's Jid. */
public final class FakeHost implements StreamHost, ComponentHost {
    public final FakeMechanisms mechanisms = new FakeMechanisms();
    /** What happened, in order. */
    final List<String> events = new ArrayList<>();

    /** Complete when a session has heard of the end of its stream. */
    final CompletableFuture<Void> closed = new CompletableFuture<>();

    boolean accepting = true;

    @Nullable
    String elsewhere;

    /** Whether a stanza arrives for a session before its bind is answered. */
    boolean early;
    /** Whether the next bind is answered by the test only. */
    boolean slowBind;

    /** Where a stream that is resumed goes on. */
    @Nullable
    EventLoop moveTo;

    StanzaError.@Nullable Condition refuseBind;

    @Nullable
    CompletableFuture<BindResult> bind;

    public @Nullable XmppStream stream;

    @Override
    public boolean serves(String domain) {
        return domain.equals("example.com") || domain.equals("bücher.example");
    }

    @Override
    public boolean accepting() {
        return accepting;
    }

    @Override
    public @Nullable String elsewhere() {
        return elsewhere;
    }

    @Override
    public SaslMechanisms mechanisms() {
        return mechanisms;
    }

    @Override
    public CompletionStage<BindResult> bind(ClientStream stream, BareJid account, @Nullable String resource) {
        this.stream = stream;
        FullJid jid = account.withResource(resource == null ? "chosen" : resource);
        if (early) {
            stream.send(Message.of(
                    Message.Type.CHAT,
                    Jid.of("early@example.com"),
                    jid,
                    Element.of("e", "urn:e").build()));
        }
        StanzaError.Condition refusal = refuseBind;
        refuseBind = null;
        BindResult result = refusal == null
                ? new BindResult.Bound(jid, new Echo(stream, jid))
                : new BindResult.Refused(StanzaError.of(refusal));
        if (slowBind) {
            bind = new CompletableFuture<>();
            return Objects.requireNonNull(bind);
        }
        return CompletableFuture.completedStage(result);
    }

    @Override
    public CompletionStage<ResumeResult> resume(ClientStream stream, BareJid account, String id, int handled) {
        EventLoop target = moveTo;
        return (target == null ? CompletableFuture.<Void>completedStage(null) : stream.moveTo(target))
                .thenApply(there -> resumed(stream, account, id));
    }

    private ResumeResult resumed(ClientStream stream, BareJid account, String id) {
        this.stream = stream;
        return switch (id) {
            case "alive" -> {
                FullJid jid = account.withResource("resumed");
                stream.send(Message.of(Message.Type.CHAT, Jid.of("missed@example.com"), jid));
                yield new ResumeResult.Resumed(new Echo(stream, jid), 3);
            }
            case "liar" -> new ResumeResult.Broken(StreamError.of(StreamError.Condition.UNDEFINED_CONDITION));
            case "past" -> new ResumeResult.Failed(StanzaError.Condition.ITEM_NOT_FOUND, -1);
            default -> new ResumeResult.Failed(StanzaError.Condition.ITEM_NOT_FOUND, null);
        };
    }

    /** Answers the bind that waits. */
    void answerBind(ClientStream stream, FullJid jid) {
        Objects.requireNonNull(bind).complete(new BindResult.Bound(jid, new Echo(stream, jid)));
    }

    @Override
    public CompletionStage<ComponentVerdict> handshake(
            ComponentStream stream, String domain, String streamId, String digest) {
        this.stream = stream;
        ComponentVerdict verdict = digest.equals("right")
                ? new ComponentVerdict.Accepted(new Echo(stream, Jid.of(domain)))
                : new ComponentVerdict.Refused(
                        StreamError.of(StreamError.Condition.NOT_AUTHORIZED, "the secret is not the one of " + domain));
        return CompletableFuture.completedStage(verdict);
    }

    private final class Echo implements StreamListener, StreamManagement {
        private final XmppStream stream;
        private final Jid self;
        private boolean counting;
        private int came;
        private int sent;

        private Echo(XmppStream stream, Jid self) {
            this.stream = stream;
            this.self = self;
        }

        @Override
        public void stanza(Stanza stanza) {
            events.add("stanza " + stanza.name());
            came += counting ? 1 : 0;
            if (stanza.child("bug", "urn:bug") != null) {
                throw new IllegalStateException("a mistake in a session");
            }
            if (stanza.child("close", "urn:close") != null) {
                stream.close(null);
            }
            if (stanza instanceof Message && stanza.child("body", Namespaces.CLIENT) != null) {
                sent++;
                stream.send(stanza.withFrom(self));
            }
        }

        @Override
        public StreamManagement management() {
            return this;
        }

        @Override
        public @Nullable Enabled enable(boolean resume, int seconds) {
            if (counting) {
                return null;
            }
            counting = true;
            return resume ? new Enabled("alive", Math.min(seconds, 300)) : new Enabled(null, 0);
        }

        @Override
        public boolean isEnabled() {
            return counting;
        }

        @Override
        public int handled() {
            return came;
        }

        @Override
        public @Nullable StreamError acknowledged(int count) {
            return Integer.compareUnsigned(count, sent) > 0
                    ? StreamError.of(StreamError.Condition.UNDEFINED_CONDITION, "too high")
                    : null;
        }

        @Override
        public void answered(@Nullable Stanza reply) {
            came += counting ? 1 : 0;
            if (reply != null) {
                stream.send(reply);
            }
        }

        @Override
        public void writable() {
            events.add("writable");
        }

        @Override
        public void closed() {
            events.add("closed");
            closed.complete(null);
        }
    }
}
