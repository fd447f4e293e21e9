/**
 * Components (XEP-0114): decides who may connect as which call bridge and as whom it may send. Which of several connections
 * gets what is sent to it is decided by the directory and route. Imports session, route and below, cluster.api and
 * auth.callbridge.
 */
@NullMarked
package org.trestle.xmpp.component;

import org.jspecify.annotations.NullMarked;
