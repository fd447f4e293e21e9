/**
 * External Service Discovery (XEP-0215): tells clients and components of this node which relays they may use, with
 * credentials of their own, and when that changes. Imports feature and below.
 */
@NullMarked
package org.trestle.xmpp.feature.extdisco;

import org.jspecify.annotations.NullMarked;
