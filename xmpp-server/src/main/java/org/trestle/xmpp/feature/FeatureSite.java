package org.trestle.xmpp.feature;

import io.micrometer.core.instrument.MeterRegistry;
import org.trestle.cluster.api.Cluster;
import org.trestle.cluster.time.Timers;
import org.trestle.xmpp.session.Endpoints;
import org.trestle.xmpp.session.LocalDomains;
import org.trestle.xmpp.session.SessionLimits;

/** The parts of this node that features stand on. */
public record FeatureSite(
        Cluster cluster,
        LocalDomains domains,
        Endpoints endpoints,
        SessionLimits limits,
        Timers timers,
        MeterRegistry registry) {}
