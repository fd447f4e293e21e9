package org.trestle.xmpp.feature.extdisco;

import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.feature.ExternalServices.Login;
import org.trestle.xmpp.feature.ExternalServices.Service;
import org.trestle.xmpp.xml.Element;

/** The element that describes a service. */
final class Services {
    private static final String STUN = "stun";

    private Services() {}

    /** Whether one needs credentials for it. */
    static boolean restricted(Service service) {
        return !service.type().equals(STUN);
    }

    /**
     * A {@code <service/>}.
     *
     * @param login for a service that needs credentials; null only says that it needs some
     * @param action of a push, or null
     */
    static Element element(Service service, @Nullable Login login, @Nullable String action) {
        Element.Builder element = Element.of("service", ExtDiscoFeature.NAMESPACE)
                .attribute("action", action)
                .attribute("host", service.host())
                .attribute("port", Integer.toString(service.port()))
                .attribute("transport", service.transport())
                .attribute("type", service.type());
        if (!restricted(service) || "delete".equals(action)) {
            return element.build();
        }
        element.attribute("restricted", "true");
        if (login != null) {
            element.attribute("username", login.username())
                    .attribute("password", login.password())
                    .attribute("expires", DateTimeFormatter.ISO_INSTANT.format(login.expires()));
        }
        return element.build();
    }
}
