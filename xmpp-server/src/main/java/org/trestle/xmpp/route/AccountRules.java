package org.trestle.xmpp.route;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Binding;
import org.trestle.cluster.api.Directory;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.session.Availability;
import org.trestle.xmpp.stanza.Message;
import org.trestle.xmpp.stanza.Presence;

/**
 * Messages and presence to an account (RFC 6121 8.5.2). An account without an available resource, and one that does not
 * exist (8.5.1), answer alike, so that nobody can find out which names exist, unless a feature takes what nobody receives.
 */
final class AccountRules {
    private final Directory directory;
    private final Delivery delivery;
    private final CopyRules copies;
    private final RouteHooks hooks;
    private final LocalServices services;
    private final Bounces bounces;
    private final RouteMeters meters;

    AccountRules(
            Directory directory,
            Delivery delivery,
            CopyRules copies,
            RouteHooks hooks,
            LocalServices services,
            Bounces bounces,
            RouteMeters meters) {
        this.directory = directory;
        this.delivery = delivery;
        this.copies = copies;
        this.hooks = hooks;
        this.services = services;
        this.bounces = bounces;
        this.meters = meters;
    }

    static boolean isSubscription(Presence.Type type) {
        return switch (type) {
            case SUBSCRIBE, SUBSCRIBED, UNSUBSCRIBE, UNSUBSCRIBED -> true;
            case AVAILABLE, UNAVAILABLE, ERROR, PROBE -> false;
        };
    }

    /** RFC 6121 8.5.2.1.1 and 8.5.2.2.1; {@code without} is a session that has turned out to be gone. */
    void message(BareJid account, Message message, Transit transit, @Nullable String without) {
        switch (message.type()) {
            case NORMAL, CHAT -> mostAvailable(account, message, transit, without);
            case HEADLINE -> {
                if (!all(account, transit, 0)) {
                    meters.dropped(Drop.HEADLINE_TO_NOBODY);
                }
            }
            case GROUPCHAT -> bounces.bounce(message, Bounces.SERVICE_UNAVAILABLE);
            case ERROR -> meters.dropped(Drop.ERROR_TO_NOBODY);
        }
    }

    /** The resources of the highest priority, which must not be negative: one copy for each of them. */
    private void mostAvailable(BareJid account, Message message, Transit transit, @Nullable String without) {
        List<Binding> bindings = directory.bindings(account.toString());
        int highest = -1;
        int several = 0;
        for (int i = 0; i < bindings.size(); i++) {
            Binding binding = bindings.get(i);
            int priority = Availability.priority(binding);
            if (priority < Math.max(0, highest) || binding.session().equals(without)) {
                continue;
            }
            several = priority == highest ? several + 1 : 1;
            highest = priority;
        }
        if (several == 0) {
            nobody(account, message, transit);
            return;
        }
        boolean sent = false;
        for (int i = 0; i < bindings.size(); i++) {
            Binding binding = bindings.get(i);
            if (Availability.priority(binding) == highest
                    && !binding.session().equals(without)
                    && delivery.to(binding.node(), binding.session(), several == 1 ? Aim.ONLY : Aim.EACH, transit)) {
                sent = true;
            }
        }
        if (!sent) {
            bounces.bounce(transit.stanza(), Bounces.NODE_UNREACHABLE);
            return;
        }
        int taken = highest;
        copies.received(account, message, transit, binding -> Availability.priority(binding) == taken);
    }

    /** RFC 6121 8.5.2.2.1. Resources of negative priority may want a copy of what is taken for later. */
    private void nobody(BareJid account, Message unmarked, Transit transit) {
        Message message = hooks.marked(unmarked, account);
        if (services.unreceived(message, account, transit.source())) {
            meters.count(RouteOutcome.SERVED);
            copies.received(account, message, transit, binding -> false);
        } else {
            bounces.bounce(message, Bounces.SERVICE_UNAVAILABLE);
        }
    }

    /** RFC 6121 8.5.2.1.2 and 8.5.2.2.2. */
    void presence(BareJid account, Presence presence, Transit transit) {
        boolean asks = presence.type() == Presence.Type.PROBE || isSubscription(presence.type());
        if (asks && transit.source() != null && services.presence(presence, account, transit.source())) {
            meters.count(RouteOutcome.SERVED);
        } else if (presence.type() == Presence.Type.ERROR || !all(account, transit, Availability.LOWEST)) {
            meters.dropped(presence.type() == Presence.Type.ERROR ? Drop.ERROR_TO_NOBODY : Drop.PRESENCE_TO_NOBODY);
        }
    }

    /** A copy for each available resource of at least that priority; false when there is none. */
    private boolean all(BareJid account, Transit transit, int lowest) {
        boolean sent = false;
        for (Binding binding : directory.bindings(account.toString())) {
            if (Availability.isAvailable(binding) && Availability.priority(binding) >= lowest) {
                sent |= delivery.to(binding.node(), binding.session(), Aim.EACH, transit);
            }
        }
        return sent;
    }
}
