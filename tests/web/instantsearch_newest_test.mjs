#!/usr/bin/env node
// SPDX-License-Identifier: ISC
/*
 * The stock packages as npm has them today, newer perhaps than those pinned.
 *
 * What is on a website is not updated by us: so a change of theirs that breaks
 * something is found here first.  Skipped when npm's registry is out of reach.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";

import { serveDemo } from "./demo/server.mjs";
import { ACTS } from "./instantsearch/acts.mjs";
import { Stage } from "./instantsearch/stage.mjs";
import { Browser } from "./lib/browser.mjs";
import { Daemon } from "./lib/daemon.mjs";
import { MODULES, TEMPORARY, WEB } from "./lib/places.mjs";
import { claim, run, skipAll } from "./lib/tap.mjs";

const NEWEST = [
	"algoliasearch@5", "algoliasearch4@npm:algoliasearch@4", "instantsearch.js@4", "instantsearch.css@8",
	"@algolia/autocomplete-js@1", "@algolia/autocomplete-theme-classic@1",
];
const folder = mkdtempSync(TEMPORARY);
const modules = path.join(folder, "node_modules");

process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
try {
	cpSync(path.join(WEB, ".npmrc"), path.join(folder, ".npmrc"));
	execFileSync("npm", ["install", "--no-save", "--fetch-retries=1", "--fetch-timeout=30000",
		"--silent", "--prefix", folder, ...NEWEST], { cwd: folder, stdio: "ignore", timeout: 180000 });
} catch {
	skipAll("npm's registry is out of reach");
}
/* The version of a package in a folder of packages. */
function version(name, where) {
	return JSON.parse(readFileSync(path.join(where, name, "package.json"), "utf8")).version;
}

const STOCK = Object.keys(JSON.parse(readFileSync(path.join(WEB, "package.json"), "utf8")).devDependencies)
    .filter((name) => /algolia|instantsearch/.test(name));
const newer = STOCK.filter((name) => version(name, modules) !== version(name, MODULES));
if (newer.length === 0)
	skipAll("npm has nothing newer than the packages that are pinned");
for (const name of newer)
	console.log(`# ${name} ${version(name, modules)}`);

const daemon = await Daemon.withCorpus();
const browser = await Browser.launch();
const site = await serveDemo({ daemon: daemon.url, modules });

for (const client of [5, 4])
	for (const [sentence, show] of ACTS)
		claim(`${sentence} (newest ${client})`, () => show(new Stage({ browser, daemon, site, client })));

await run(async () => {
	await site.close();
	await browser.close();
	await daemon.stop();
});
