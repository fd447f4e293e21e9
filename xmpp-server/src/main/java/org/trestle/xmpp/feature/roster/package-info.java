/**
 * Rosters, subscriptions and whom presence is for (RFC 6121 2 to 4). Decides what an account's replicated roster looks like
 * after each change, who is pushed that change, and who gets, asks for and may see presence. Imports feature and below, and
 * cluster.api.
 */
@NullMarked
package org.trestle.xmpp.feature.roster;

import org.jspecify.annotations.NullMarked;
