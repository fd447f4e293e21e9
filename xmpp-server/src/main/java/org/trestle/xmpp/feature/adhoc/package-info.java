/** XEP-0050: runs the commands of all features, and remembers who is at which step of which. Imports the feature port. */
@NullMarked
package org.trestle.xmpp.feature.adhoc;

import org.jspecify.annotations.NullMarked;
