package org.trestle.xmpp.route;

import java.util.List;
import java.util.function.Predicate;
import org.trestle.cluster.api.Binding;
import org.trestle.cluster.api.Directory;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.jid.FullJid;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.session.Availability;
import org.trestle.xmpp.stanza.Message;
import org.trestle.xmpp.stanza.Payload;

/**
 * Copies of messages for those other resources of sender and receiver that want them. A copy is one of several: it is
 * dropped when its receiver has gone, and never answered. An account of which no resource wants copies costs one look at
 * its list of bindings.
 */
final class CopyRules {
    private final Directory directory;
    private final RouteHooks hooks;
    private final Delivery delivery;

    CopyRules(Directory directory, RouteHooks hooks, Delivery delivery) {
        this.directory = directory;
        this.hooks = hooks;
        this.delivery = delivery;
    }

    /** For the sender's resources; what somebody writes to the own account is copied as received. */
    void sent(FullJid sender, Message message, Transit transit) {
        Jid to = message.to();
        if (to != null && !to.bare().equals(sender.bareJid())) {
            copy(
                    sender.bareJid(),
                    message,
                    transit,
                    RouteHooks.Direction.SENT,
                    binding -> binding.resource().equals(sender.resource()));
        }
    }

    /** For the receiver's; {@code got}: who gets the message itself. */
    void received(BareJid account, Message message, Transit transit, Predicate<Binding> got) {
        if (transit.hops() == 0) {
            FullJid sender =
                    message.from() instanceof FullJid full && full.bareJid().equals(account) ? full : null;
            copy(
                    account,
                    message,
                    transit,
                    RouteHooks.Direction.RECEIVED,
                    binding -> got.test(binding)
                            || (sender != null && binding.resource().equals(sender.resource())));
        }
    }

    private void copy(
            BareJid account,
            Message message,
            Transit transit,
            RouteHooks.Direction direction,
            Predicate<Binding> without) {
        RouteHooks.Copies copies = hooks.copies();
        if (copies == null) {
            return;
        }
        List<Binding> bindings = directory.bindings(account.toString());
        if (!isWanted(bindings)) {
            return;
        }
        // What the receiver's account marks is its own; what is sent is marked by the sender's, for its resources.
        Message marked = direction == RouteHooks.Direction.SENT
                ? hooks.marked(hooks.cleaned(message, account), account)
                : message;
        Payload content = null;
        for (Binding binding : bindings) {
            if (Availability.wantsCopies(binding) && !without.test(binding)) {
                content = content == null ? copies.copy(marked, direction) : content;
                if (content == null) {
                    return;
                }
                Message copy = new Message(
                        message.type(), account.withResource(binding.resource()), account, null, null, content);
                delivery.to(
                        binding.node(),
                        binding.session(),
                        Aim.EACH,
                        new Transit(copy, transit.source(), transit.hops()));
            }
        }
    }

    private static boolean isWanted(List<Binding> bindings) {
        for (int i = 0; i < bindings.size(); i++) {
            if (Availability.wantsCopies(bindings.get(i))) {
                return true;
            }
        }
        return false;
    }
}
