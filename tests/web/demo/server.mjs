// SPDX-License-Identifier: ISC
/*
 * server - a small website of somebody else, to see ecsearch on it.
 *
 *	const site = await serveDemo({ daemon: "http://127.0.0.1:8480", port: 0 });
 *	... site.url ...
 *	await site.close();
 *
 * Another port is another origin, as another host would be.  The pages lie
 * beside this file; in them {{daemon}} stands for the daemon's address and
 * {{client}} for the script of the algoliasearch that ?client= chooses.  The
 * stock packages are served as they lie in node_modules.  Each page has as strict
 * a Content-Security-Policy as it can be used with.
 */
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { MODULES } from "../lib/places.mjs";

const HERE = path.dirname(fileURLToPath(import.meta.url));

const TYPES = {
	".css": "text/css; charset=utf-8",
	".html": "text/html; charset=utf-8",
	".js": "text/javascript; charset=utf-8",
};

/* The files of npm packages that pages load, by the names they have here. */
const STOCK = {
	"algoliasearch-5.js": "algoliasearch/dist/lite/builds/browser.umd.js",
	"algoliasearch-4.js": "algoliasearch4/dist/algoliasearch-lite.umd.js",
	"instantsearch.js": "instantsearch.js/dist/instantsearch.production.min.js",
	"instantsearch.css": "instantsearch.css/themes/satellite-min.css",
	"autocomplete.js": "@algolia/autocomplete-js/dist/umd/index.production.js",
	"autocomplete.css": "@algolia/autocomplete-theme-classic/dist/theme.min.css",
};

function policy(daemon) {
	return "default-src 'none'; base-uri 'none'; form-action 'self'; style-src 'self'; " +
	    `img-src 'self' data:; script-src 'self' ${daemon}; connect-src ${daemon}`;
}

/* The file that an address stands for, or undefined. */
function find(name, modules) {
	const stock = /^\/stock\/(.*)$/.exec(name)?.[1];
	if (stock)
		return Object.hasOwn(STOCK, stock) ? path.join(modules, STOCK[stock]) : undefined;
	const own = /^\/(?:([\w-]+)(\.[a-z]+))?$/.exec(name);
	if (!own || !((own[2] ?? ".html") in TYPES))
		return undefined;
	return path.join(HERE, own[1] ? own[1] + own[2] : "index.html");
}

function answer(request, reply, { daemon, modules }) {
	const url = new URL(request.url, "http://demo");
	const file = find(url.pathname, modules);

	if (!file || !existsSync(file)) {
		const stock = url.pathname.startsWith("/stock/");
		reply.writeHead(404, { "Content-Type": "text/plain" });
		reply.end(stock ? "npm packages are missing: run tests/web/setup\n" : "nothing here\n");
		return;
	}
	const client = url.searchParams.get("client") === "4" ? 4 : 5;
	let body = readFileSync(file);
	if (file.endsWith(".html"))
		body = body.toString().replaceAll("{{daemon}}", daemon)
		    .replaceAll("{{client}}", `stock/algoliasearch-${client}.js`);
	reply.writeHead(200, {
		"Content-Type": TYPES[path.extname(file)],
		"Content-Security-Policy": policy(new URL(daemon).origin),
		"Cache-Control": "no-store",
	});
	reply.end(body);
}

export function serveDemo({ daemon, port = 0, modules = MODULES }) {
	const server = createServer((request, reply) => answer(request, reply, { daemon, modules }));

	return new Promise((resolve, reject) => {
		server.on("error", reject);
		server.listen(port, "127.0.0.1", () => resolve({
			url: `http://127.0.0.1:${server.address().port}`,
			close: () => new Promise((done) => {
				server.close(done);
				server.closeAllConnections?.();
			}),
		}));
	});
}
