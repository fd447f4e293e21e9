/**
 * How nodes talk to each other: one mutual-TLS connection a direction, requests and one-way frames by subject, and
 * the guests who are not members yet. Decides who may speak; imports `api` and `time`.
 */
@NullMarked
package org.trestle.cluster.transport;

import org.jspecify.annotations.NullMarked;
