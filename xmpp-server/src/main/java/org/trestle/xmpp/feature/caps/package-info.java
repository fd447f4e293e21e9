/** XEP-0115: a hash of what the server says of itself, so that clients need not ask each time. Imports the feature port. */
@NullMarked
package org.trestle.xmpp.feature.caps;

import org.jspecify.annotations.NullMarked;
