package org.trestle.xmpp.route;

import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.session.Source;
import org.trestle.xmpp.stanza.Message;
import org.trestle.xmpp.stanza.Payload;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.stanza.StanzaError;

/**
 * What features do with stanzas on their way: the first stage asks several in turn, the others have at most one feature, and a stage
 * without one costs nothing.
 * Set while the features are installed, read-only afterwards. All are called on the sender's event loop, on the sender's
 * node, and must not block.
 */
public final class RouteHooks {

    /** First stage: whether a stanza goes on at all. What this server answers to a refusal is not asked about. */
    @FunctionalInterface
    public interface Screen {
        /** Null when the stanza goes on; {@code source} is null for stanzas of this server. */
        @Nullable
        Refusal screen(Stanza stanza, @Nullable Source source);
    }

    /** A stanza goes no further; {@code error} is what its sender is told, null for nothing. */
    public record Refusal(@Nullable StanzaError error) {}

    /** Second stage: by what id an account knows a message. */
    public interface Stamp {
        /** A message of a client or component for this account, without what only the server may put into it. */
        Message cleaned(Message message, BareJid account);

        /** A message that more than one resource of the account, or one that comes later, may see; changed once only. */
        Message marked(Message message, BareJid account);
    }

    /** Third stage: the copies for the resources that want them (see {@link org.trestle.xmpp.session.Availability}). */
    @FunctionalInterface
    public interface Copies {
        /** What a copy has between its tags; null when this message is not copied. */
        @Nullable
        Payload copy(Message message, Direction direction);
    }

    /** Whose resources a copy is for. */
    public enum Direction {
        /** Those of the sender. */
        SENT,
        /** Those of the receiver. */
        RECEIVED
    }

    private @Nullable Screen screen;
    private @Nullable Stamp stamp;
    private @Nullable Copies copies;

    /** Adds one that is asked when those before let a stanza go on. */
    public void screen(Screen hook) {
        Screen before = screen;
        screen = before == null
                ? hook
                : (stanza, source) -> {
                    Refusal refusal = before.screen(stanza, source);
                    return refusal == null ? hook.screen(stanza, source) : refusal;
                };
    }

    /** @throws IllegalStateException when another feature has this stage; so do the others */
    public void stamp(Stamp hook) {
        free(stamp);
        stamp = hook;
    }

    public void copies(Copies hook) {
        free(copies);
        copies = hook;
    }

    private static void free(@Nullable Object hook) {
        if (hook != null) {
            throw new IllegalStateException("two features have one stage of the route");
        }
    }

    /** Whether a stanza goes no further, for those who deliver without the router; null when it goes on. */
    public @Nullable Refusal screened(Stanza stanza, @Nullable Source source) {
        Screen hook = screen;
        return hook == null ? null : hook.screen(stanza, source);
    }

    Message cleaned(Message message, BareJid account) {
        Stamp hook = stamp;
        return hook == null ? message : hook.cleaned(message, account);
    }

    Message marked(Message message, BareJid account) {
        Stamp hook = stamp;
        return hook == null ? message : hook.marked(message, account);
    }

    @Nullable
    Copies copies() {
        return copies;
    }
}
