#!/usr/bin/env node
// SPDX-License-Identifier: ISC
/*
 * Stock InstantSearch over the real members, tens of thousands of them.
 *
 * They are imported from beside the checkout, or ECSEARCH_WEB_DATA names a data
 * directory that has them already; it is written to by nobody.
 */
import { existsSync } from "node:fs";
import { execFileSync } from "node:child_process";
import path from "node:path";

import { serveDemo } from "./demo/server.mjs";
import { ACTS } from "./instantsearch/acts.mjs";
import { Stage } from "./instantsearch/stage.mjs";
import { Browser } from "./lib/browser.mjs";
import { Daemon } from "./lib/daemon.mjs";
import { BUILD, ROOT, SHARED } from "./lib/places.mjs";
import { claim, run, skipAll } from "./lib/tap.mjs";

const FOLDER = path.join(SHARED, "data", "members");
const FILES = [["ror-europe.ndjson.xz", "ror.json"], ["cordis-organisations.ndjson.xz", "cordis.json"]];
const there = process.env.ECSEARCH_WEB_DATA;
const MANY = 30000;

if (!there && process.env.ECSEARCH_QUICK)
	skipAll("ECSEARCH_QUICK is set");
if (!there && !existsSync(FOLDER))
	skipAll("the real data does not lie beside the checkout");

const daemon = await Daemon.start({ data: there });
for (const [file, map] of there ? [] : FILES)
	execFileSync(path.join(BUILD, "ecsearch"), ["--url", daemon.url, "import", "members",
		path.join(FOLDER, file), "--map", path.join(ROOT, "corpus", "maps", map)],
	{ env: { ...process.env, ECSEARCH_KEY: daemon.key }, stdio: "ignore" });
const browser = await Browser.launch();
const site = await serveDemo({ daemon: daemon.url });
const stage = new Stage({ browser, daemon, site, client: 5 });

claim("there are many members", async () => {
	const { total } = await stage.native({ per_page: 0 });
	if (total.value < MANY)
		throw new Error(`only ${total.value}`);
});

for (const [sentence, show] of ACTS)
	claim(sentence, () => show(stage));

await run(async () => {
	await site.close();
	await browser.close();
	await daemon.stop();
});
