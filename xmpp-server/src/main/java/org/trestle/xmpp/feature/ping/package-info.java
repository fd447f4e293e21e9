/** XMPP Ping (XEP-0199): decides that this server is alive. Imports feature and below. */
@NullMarked
package org.trestle.xmpp.feature.ping;

import org.jspecify.annotations.NullMarked;
