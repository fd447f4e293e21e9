/** XEP-0012: how long the server runs, and since when somebody is away. Imports the feature port. */
@NullMarked
package org.trestle.xmpp.feature.last;

import org.jspecify.annotations.NullMarked;
