/* SPDX-License-Identifier: ISC */
/*
 * client - the stock client of either version, with another host than its own.
 *
 * This is all that a website changes.  The daemon's address is in the page; the
 * key may stay empty, as the public collections are open.
 */
"use strict";

/* eslint-disable-next-line no-unused-vars */
function stockClient({ key = "" } = {}) {
	const daemon = new URL(document.querySelector("meta[name=daemon]").content);
	const host = {
		url: daemon.host + daemon.pathname.replace(/\/$/, ""),
		protocol: daemon.protocol.replace(":", ""),
	};

	return window["algoliasearch/lite"] !== undefined ?
	    window["algoliasearch/lite"].liteClient("ecsearch", key || "public",
		{ hosts: [{ ...host, accept: "readWrite" }] }) :
	    window.algoliasearch("ecsearch", key || "public", { hosts: [host] });
}
