package org.trestle.xmpp.route;

import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.NodeId;
import org.trestle.xmpp.session.ClientSession;
import org.trestle.xmpp.session.Endpoint;
import org.trestle.xmpp.session.Endpoints;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.Message;
import org.trestle.xmpp.stanza.Presence;
import org.trestle.xmpp.stanza.Stanza;

/** The last step: a decided stanza goes to an endpoint of this node on its loop, or to another node. */
final class Delivery {

    /** What happens to a stanza whose endpoint turned out to be gone: its address is asked again, without that one. */
    interface Missed {
        void missed(Transit transit, String endpoint);
    }

    private final Supplier<NodeId> self;
    private final Endpoints endpoints;
    private final BusLink link;
    private final PresenceWatch watch;
    private final Bounces bounces;
    private final RouteMeters meters;
    private final Missed missed;

    Delivery(
            Supplier<NodeId> self,
            Endpoints endpoints,
            BusLink link,
            PresenceWatch watch,
            Bounces bounces,
            RouteMeters meters,
            Missed missed) {
        this.self = self;
        this.endpoints = endpoints;
        this.link = link;
        this.watch = watch;
        this.bounces = bounces;
        this.meters = meters;
        this.missed = missed;
    }

    boolean isHere(NodeId node) {
        return node.equals(self.get());
    }

    /** To an endpoint of a node; false when it is not there or cannot be reached: nothing has happened to the stanza. */
    boolean to(NodeId node, String endpoint, Aim aim, Transit transit) {
        if (isHere(node)) {
            Endpoint here = endpoints.get(endpoint);
            return here != null && hand(here, aim, transit);
        }
        return transit.hops() <= Transit.MAX_HOPS
                && link.send(node, aim, aim == Aim.ADDRESS ? null : endpoint, transit);
    }

    /** From another node, for one endpoint. */
    void arrived(@Nullable String endpoint, Aim aim, Transit transit) {
        Endpoint here = endpoint == null ? null : endpoints.get(endpoint);
        if (here == null || !hand(here, aim, transit)) {
            miss(endpoint == null ? "" : endpoint, aim, transit);
        }
    }

    /** To an endpoint of this node, on its loop; false when that loop has stopped. */
    boolean hand(Endpoint endpoint, Aim aim, Transit transit) {
        if (endpoint.loop().inEventLoop()) {
            deliver(endpoint, aim, transit);
            return true;
        }
        if (!endpoint.reserve(transit.stanza())) {
            full(endpoint, transit);
            return true;
        }
        try {
            endpoint.loop().execute(() -> {
                endpoint.unreserve(transit.stanza());
                deliver(endpoint, aim, transit);
            });
            return true;
        } catch (RejectedExecutionException stopped) {
            endpoint.unreserve(transit.stanza());
            return false;
        }
    }

    private void deliver(Endpoint endpoint, Aim aim, Transit transit) {
        Stanza stanza = transit.stanza();
        if (endpoint instanceof ClientSession session && session.isOvertaken(stanza, transit.hops())) {
            overtaken(session, aim, transit);
            return;
        }
        decided(endpoint, aim, transit);
    }

    /** What says itself that it is late may be, as may what comes from a session that ended (XEP-0198). */
    private void overtaken(ClientSession session, Aim aim, Transit transit) {
        Stanza stanza = transit.stanza();
        boolean isDelayed = stanza instanceof Message && stanza.child("delay", "urn:xmpp:delay") != null;
        if (isDelayed) {
            decided(session, aim, transit);
        } else if (stanza instanceof Presence || aim == Aim.EACH) {
            meters.dropped(Drop.OVERTAKEN);
        } else {
            bounces.bounce(stanza, Bounces.OVERTAKEN);
        }
    }

    private void decided(Endpoint endpoint, Aim aim, Transit transit) {
        Stanza stanza = transit.stanza();
        Presence presence = stanza instanceof Presence given ? given : null;
        if (presence != null
                && presence.type() == Presence.Type.UNAVAILABLE
                && !watch.leaving(presence, transit.source(), endpoint)
                && transit.hops() > 0) {
            meters.dropped(Drop.GOODBYE_TWICE);
            return;
        }
        Endpoint.Delivery delivery = presence != null && presence.type() == Presence.Type.PROBE
                ? endpoint.probed(presence, transit.source())
                : endpoint.deliver(stanza, transit.source(), aim == Aim.EACH);
        switch (delivery) {
            case TAKEN -> {
                meters.count(RouteOutcome.DELIVERED);
                if (presence != null && presence.type() == Presence.Type.AVAILABLE) {
                    watch.arrived(presence, transit.source(), endpoint);
                }
            }
            case FULL -> full(endpoint, transit);
            case CLOSED -> miss(endpoint.id(), aim, transit);
        }
    }

    /** What nobody would be told of ends the stream instead, so that its peer does not take what it has for all there is. */
    private void full(Endpoint endpoint, Transit transit) {
        Stanza stanza = transit.stanza();
        boolean isAnswered =
                !stanza.isError() && (stanza instanceof Message || (stanza instanceof Iq iq && iq.isRequest()));
        if (isAnswered) {
            bounces.bounce(stanza, Bounces.SLOW);
        } else {
            meters.dropped(Drop.TO_SLOW);
            endpoint.overrun();
        }
    }

    private void miss(String endpoint, Aim aim, Transit transit) {
        if (aim == Aim.EACH) {
            meters.dropped(Drop.COPY);
        } else if (transit.hops() > Transit.MAX_HOPS) {
            bounces.bounce(transit.stanza(), Bounces.LOST_ON_THE_WAY);
        } else {
            missed.missed(transit.again(), endpoint);
        }
    }
}
