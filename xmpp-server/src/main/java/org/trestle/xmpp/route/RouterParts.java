package org.trestle.xmpp.route;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Predicate;
import org.trestle.cluster.api.Cluster;
import org.trestle.xmpp.session.Endpoints;
import org.trestle.xmpp.session.LocalDomains;
import org.trestle.xmpp.session.SessionLimits;

/**
 * What a router is made of.
 *
 * @param isComponent whether a domain is that of a component that may connect; decides what is said while it does not
 * @param services what this server does itself
 * @param hooks what the features do with stanzas on their way
 */
public record RouterParts(
        Cluster cluster,
        LocalDomains domains,
        Endpoints endpoints,
        Predicate<String> isComponent,
        LocalServices services,
        RouteHooks hooks,
        SessionLimits limits,
        MeterRegistry registry) {}
