/**
 * Offline messages (XEP-0160, RFC 6121 8.5.2.2): decides what is kept for an account that nobody receives for, how much, and
 * to which session it goes later. Imports feature and below.
 */
@NullMarked
package org.trestle.xmpp.feature.offline;

import org.jspecify.annotations.NullMarked;
