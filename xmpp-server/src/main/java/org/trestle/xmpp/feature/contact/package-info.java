/** XEP-0157: whom to write to about this server. Imports the feature port. */
@NullMarked
package org.trestle.xmpp.feature.contact;

import org.jspecify.annotations.NullMarked;
