// SPDX-License-Identifier: ISC
/* serve - the demo site on its own, for people; see serve. */
import { serveDemo } from "./server.mjs";

const port = Number(process.env.ECSEARCH_DEMO_PORT ?? 8490);
const daemon = (process.env.ECSEARCH_URL ?? "http://127.0.0.1:8480").replace(/\/+$/, "");

try {
	const site = await serveDemo({ daemon, port });
	console.log(`serve: open ${site.url} (Ctrl-C ends it); it asks the daemon at ${daemon}`);
} catch (error) {
	console.error(`serve: ${error.message}`);
	process.exit(1);
}
