/**
 * Data forms (XEP-0004): what is asked and answered in fields. Decides which forms are legal; what a field means is its
 * user's business. Imports xml.
 */
@NullMarked
package org.trestle.xmpp.form;

import org.jspecify.annotations.NullMarked;
