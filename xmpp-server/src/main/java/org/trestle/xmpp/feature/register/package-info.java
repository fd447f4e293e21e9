/** XEP-0077: users change their password, remove their account, and make one where that is allowed. Imports the feature port. */
@NullMarked
package org.trestle.xmpp.feature.register;

import org.jspecify.annotations.NullMarked;
