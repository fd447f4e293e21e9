/**
 * Who is a node of this cluster: the cluster's own certificate authority, each node's key and certificate on disk, and
 * the invitations and bundles with which others become nodes. Decides what a valid certificate is and how keys lie on
 * disk; imports `api` and `transport`.
 */
@NullMarked
package org.trestle.cluster.pki;

import org.jspecify.annotations.NullMarked;
