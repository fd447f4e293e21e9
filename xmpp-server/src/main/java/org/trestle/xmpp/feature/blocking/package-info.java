/**
 * Blocking Command (XEP-0191): decides what an account does not want to hear from whom. Imports feature and below.
 */
@NullMarked
package org.trestle.xmpp.feature.blocking;

import org.jspecify.annotations.NullMarked;
