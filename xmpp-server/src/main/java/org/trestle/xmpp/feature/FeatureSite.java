package org.trestle.xmpp.feature;

import io.micrometer.core.instrument.MeterRegistry;
import org.trestle.auth.accounts.Accounts;
import org.trestle.auth.callbridge.CallBridges;
import org.trestle.cluster.api.Cluster;
import org.trestle.cluster.time.Timers;
import org.trestle.xmpp.session.Endpoints;
import org.trestle.xmpp.session.LocalDomains;
import org.trestle.xmpp.session.SessionLimits;

/**
 * The parts of this node that features stand on.
 *
 * @param cluster its tables hold what a feature keeps; what belongs to an account is kept in a table whose name begins with
 *     {@link Accounts#BELONGINGS}, so that it goes with the account, in one step. Its directory knows all sessions of an
 *     account; to unbind one, from any node, ends its stream
 * @param services outside of XMPP, which clients and components are told of
 * @param accounts who exists, and a listener for those that are deleted
 */
public record FeatureSite(
        Cluster cluster,
        Accounts accounts,
        CallBridges callBridges,
        LocalDomains domains,
        Endpoints endpoints,
        SessionLimits limits,
        ExternalServices services,
        Timers timers,
        MeterRegistry registry) {}
