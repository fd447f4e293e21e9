/**
 * Message Carbons (XEP-0280): decides which messages the other resources of sender and receiver get a copy of, and what it
 * looks like. Imports feature and below.
 */
@NullMarked
package org.trestle.xmpp.feature.carbons;

import org.jspecify.annotations.NullMarked;
