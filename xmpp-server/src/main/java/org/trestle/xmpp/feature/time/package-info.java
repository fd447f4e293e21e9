/** XEP-0202: what time it is at the server. Imports the feature port. */
@NullMarked
package org.trestle.xmpp.feature.time;

import org.jspecify.annotations.NullMarked;
