package org.trestle.xmpp.feature.extdisco;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.feature.ExternalServices;
import org.trestle.xmpp.feature.ExternalServices.Service;
import org.trestle.xmpp.feature.Feature;
import org.trestle.xmpp.feature.FeatureContext;
import org.trestle.xmpp.feature.FeatureInfo;
import org.trestle.xmpp.feature.IqRequest;
import org.trestle.xmpp.feature.Scope;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.stanza.Iq;
import org.trestle.xmpp.stanza.StanzaError;
import org.trestle.xmpp.stanza.StanzaError.Condition;
import org.trestle.xmpp.xml.Element;

/** XEP-0215: answers who is connected to this server, and nobody else: credentials are a good that others would take. */
public final class ExtDiscoFeature implements Feature {
    static final String NAMESPACE = "urn:xmpp:extdisco:2";

    @Override
    public FeatureInfo info() {
        return new FeatureInfo("XEP-0215", "External Service Discovery", "1.0.0");
    }

    @Override
    public void install(FeatureContext context) {
        ExternalServices services = context.site().services();
        ServicesPush push = new ServicesPush(context, services);
        context.untilClosed(services.onChange(push::changed));
        context.disco(NAMESPACE, Scope.SERVER);
        context.iq(Iq.Type.GET, "services", NAMESPACE, Scope.SERVER, request -> {
            if (allowed(context, request)) {
                list(services, push, request);
            }
        });
        context.iq(Iq.Type.GET, "credentials", NAMESPACE, Scope.SERVER, request -> {
            if (allowed(context, request)) {
                credentials(services, request);
            }
        });
    }

    private static boolean allowed(FeatureContext context, IqRequest request) {
        Jid from = request.iq().from();
        boolean ours = from != null && (isAccount(context, from) || isComponent(context, from));
        if (!ours) {
            request.refuse(StanzaError.of(Condition.FORBIDDEN));
        }
        return ours;
    }

    private static boolean isAccount(FeatureContext context, Jid from) {
        return from.local() != null && context.site().domains().test(from.domain());
    }

    private static boolean isComponent(FeatureContext context, Jid from) {
        return context.components().get().contains(from.domain());
    }

    private static void list(ExternalServices services, ServicesPush push, IqRequest request) {
        String type = request.element().attribute("type");
        Element.Builder list = Element.of("services", NAMESPACE).attribute("type", type);
        var login = services.login(name(request));
        for (Service service : services.services()) {
            if (type == null || type.equals(service.type())) {
                list.child(Services.element(service, login, null));
            }
        }
        push.asked(request.iq(), type);
        request.answer(list.build());
    }

    private static void credentials(ExternalServices services, IqRequest request) {
        List<Element> asked = request.element().children();
        Element wanted = request.element().child("service", NAMESPACE);
        if (wanted == null
                || asked.size() != 1
                || wanted.attribute("host") == null
                || wanted.attribute("type") == null) {
            request.refuse(StanzaError.of(Condition.BAD_REQUEST));
            return;
        }
        List<Service> matching = services.services().stream()
                .filter(service -> matches(service, wanted))
                .toList();
        if (matching.isEmpty()) {
            request.refuse(StanzaError.of(Condition.ITEM_NOT_FOUND));
            return;
        }
        var login = services.login(name(request));
        if (login == null) {
            request.refuse(
                    StanzaError.of(Condition.SERVICE_UNAVAILABLE, "no credentials can be made now; ask again later"));
            return;
        }
        Element.Builder answer = Element.of("credentials", NAMESPACE);
        matching.forEach(service -> answer.child(Services.element(service, login, null)));
        request.answer(answer.build());
    }

    private static boolean matches(Service service, Element wanted) {
        String port = wanted.attribute("port");
        return service.host().equals(wanted.attribute("host"))
                && service.type().equals(wanted.attribute("type"))
                && (port == null || port.equals(Integer.toString(service.port())));
    }

    /** Whom the credentials are made for; {@link #allowed} has seen that there is somebody. */
    private static String name(IqRequest request) {
        @Nullable Jid from = request.iq().from();
        return from == null ? "" : from.bare().toString();
    }
}
