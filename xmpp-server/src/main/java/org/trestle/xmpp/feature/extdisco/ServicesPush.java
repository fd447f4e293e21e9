package org.trestle.xmpp.feature.extdisco;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.feature.ExternalServices;
import org.trestle.xmpp.feature.ExternalServices.Service;
import org.trestle.xmpp.feature.FeatureContext;
import org.trestle.xmpp.jid.DomainJid;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.session.Endpoint;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.xml.Element;

/**
 * Tells those who have asked for services, and are still connected to this node, what has changed since. Changes that come
 * together are told together, and many receivers in portions, so that no loop is held up.
 */
final class ServicesPush {
    /** Changes within this time are one. */
    static final Duration TOGETHER = Duration.ofMillis(200);

    /** Receivers of one portion, and the time between two. */
    static final int PORTION = 200;

    private static final Duration BETWEEN = Duration.ofMillis(20);

    /** Askers beyond the connected ones that are kept until the next clean-up. */
    private static final int SPARE = 1000;

    private final FeatureContext context;
    private final ExternalServices services;
    private final Map<Jid, Asked> askers = new ConcurrentHashMap<>();
    private final AtomicBoolean pending = new AtomicBoolean();
    private final AtomicLong pushes = new AtomicLong();
    private volatile Set<Service> told;

    /**
     * Who asked.
     *
     * @param server the address that was asked, which the push comes from
     * @param type of services that were asked for; null is all
     */
    private record Asked(Jid asker, Jid server, @Nullable String type) {}

    /** What a push says. */
    private record News(List<Service> added, List<Service> deleted, List<Service> modified) {}

    ServicesPush(FeatureContext context, ExternalServices services) {
        this.context = context;
        this.services = services;
        this.told = new LinkedHashSet<>(services.services());
    }

    void asked(Iq request, @Nullable String type) {
        Jid asker = request.from();
        Jid server = request.to();
        if (asker == null || server == null) {
            return;
        }
        if (askers.size() > context.site().endpoints().size() + SPARE) {
            Set<Jid> connected = connected();
            askers.keySet().removeIf(jid -> !isConnected(jid, connected));
        }
        if (askers.size() <= context.site().endpoints().size() + SPARE) {
            askers.put(asker, new Asked(asker, server, type));
        }
    }

    /** Any thread. */
    void changed() {
        if (pending.compareAndSet(false, true)) {
            context.site().timers().after(TOGETHER, this::tell);
        }
    }

    private void tell() {
        pending.set(false);
        List<Service> now = services.services();
        Set<Service> before = told;
        told = new LinkedHashSet<>(now);
        List<Service> added =
                now.stream().filter(service -> !before.contains(service)).toList();
        List<Service> deleted =
                before.stream().filter(service -> !told.contains(service)).toList();
        boolean same = added.isEmpty() && deleted.isEmpty();
        News news = new News(
                added, deleted, same ? now.stream().filter(Services::restricted).toList() : List.of());
        Set<Jid> connected = connected();
        askers.keySet().removeIf(jid -> !isConnected(jid, connected));
        portion(new ArrayDeque<>(askers.values()), news);
    }

    private void portion(Deque<Asked> waiting, News news) {
        for (int i = 0; i < PORTION && !waiting.isEmpty(); i++) {
            push(waiting.remove(), news);
        }
        if (!waiting.isEmpty()) {
            context.site().timers().after(BETWEEN, () -> portion(waiting, news));
        }
    }

    private void push(Asked asked, News news) {
        var login = services.login(asked.asker().bare().toString());
        List<Element> elements = new ArrayList<>();
        describe(elements, asked, news.added(), login, "add");
        describe(elements, asked, news.modified(), login, "modify");
        describe(elements, asked, news.deleted(), null, "delete");
        if (elements.isEmpty()) {
            return;
        }
        Element.Builder list = Element.of("services", ExtDiscoFeature.NAMESPACE).attribute("type", asked.type());
        elements.forEach(list::child);
        String id = "extdisco-" + pushes.incrementAndGet();
        context.switchboard().route(Iq.of(Iq.Type.SET, asked.server(), asked.asker(), id, list.build()), null);
    }

    private static void describe(
            List<Element> into,
            Asked asked,
            List<Service> services,
            ExternalServices.@Nullable Login login,
            String action) {
        for (Service service : services) {
            if (asked.type() == null || asked.type().equals(service.type())) {
                into.add(Services.element(service, login, action));
            }
        }
    }

    private Set<Jid> connected() {
        Set<Jid> connected = new HashSet<>();
        for (Endpoint endpoint : context.site().endpoints().all()) {
            connected.add(endpoint.address());
        }
        return connected;
    }

    /** A component may ask from any address of its domain. */
    private static boolean isConnected(Jid jid, Set<Jid> connected) {
        return connected.contains(jid) || connected.contains(DomainJid.of(jid.domain()));
    }
}
