/** XEP-0133: what administrators, and call bridges that were granted it, do with accounts. Imports the feature port. */
@NullMarked
package org.trestle.xmpp.feature.admin;

import org.jspecify.annotations.NullMarked;
