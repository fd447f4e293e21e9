/**
 * Client State Indication (XEP-0352): decides what can wait while nobody looks at a client. Imports feature and below.
 */
@NullMarked
package org.trestle.xmpp.feature.csi;

import org.jspecify.annotations.NullMarked;
