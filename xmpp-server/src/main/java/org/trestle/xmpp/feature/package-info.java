/**
 * What a feature (XEP) is made of, and where its requests come in. A feature is one package below this one and one line in
 * the server's list; features never import each other. Decides which handler gets a request to the server or to an
 * account. Imports route and below.
 */
@NullMarked
package org.trestle.xmpp.feature;

import org.jspecify.annotations.NullMarked;
