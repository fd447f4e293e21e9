/** XEP-0156: where web clients connect, as a document for the HTTP port. Imports the feature port. */
@NullMarked
package org.trestle.xmpp.feature.hostmeta;

import org.jspecify.annotations.NullMarked;
