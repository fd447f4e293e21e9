/** Service Discovery (XEP-0030): decides what the server and an account say of themselves. Imports feature and below. */
@NullMarked
package org.trestle.xmpp.feature.disco;

import org.jspecify.annotations.NullMarked;
