#!/usr/bin/env node
// SPDX-License-Identifier: ISC
/*
 * Stock InstantSearch packages, unmodified but for the host, against the daemon
 * with the sample members: every widget, by both generations of the client.
 */
import assert from "node:assert/strict";

import { serveDemo } from "./demo/server.mjs";
import { ACTS } from "./instantsearch/acts.mjs";
import { Stage } from "./instantsearch/stage.mjs";
import { Browser } from "./lib/browser.mjs";
import { Daemon } from "./lib/daemon.mjs";
import { claim, run } from "./lib/tap.mjs";

const daemon = await Daemon.withCorpus();
await daemon.load("members", [JSON.stringify({
	id: "x-markup", name: "R&D <b>Bold</b> &amp; Sons", profile: "R&D as <i>others</i> do it", country: "BE",
})]);
const browser = await Browser.launch();
const site = await serveDemo({ daemon: daemon.url });
const newer = new Stage({ browser, daemon, site, client: 5 });
const older = new Stage({ browser, daemon, site, client: 4 });

for (const [sentence, show] of ACTS) {
	claim(sentence, () => show(newer));
	claim(`${sentence} (client of version 4)`, () => show(older));
}

async function failsWith(stage, parameters, status, message) {
	const expect = [new RegExp(`status of ${status}`)];
	await stage.open(async (page) => {
		const failure = page.locator("#failure");
		await failure.waitFor();
		assert.match(await failure.textContent(), message);
	}, { parameters, expect });
}

claim("an index that is not there and a key that is wrong are told to the visitor", async () => {
	for (const stage of [newer, older]) {
		await failsWith(stage, { index: "nothing" }, 404, /nothing/);
		await failsWith(stage, { key: "wrong" }, 401, /key/i);
	}
});

claim("nothing but the daemon is asked, and no script of insights is loaded", async () => {
	await newer.open(async (page) => {
		const asked = [];
		page.on("request", (request) => asked.push(new URL(request.url())));
		await newer.type("cryptography");
		await newer.showsAs({ q: "cryptography" });
		assert.ok(asked.length > 0);
		for (const url of asked)
			assert.equal(url.origin + url.pathname, `${daemon.url}/1/indexes/*/queries`);
		const scripts = await page.locator("script").evaluateAll((all) => all.map((each) => each.src));
		assert.deepEqual(scripts.filter((src) => !src.startsWith(site.url)), []);
	});
});

claim("the box works on the demo site, whose policy names the daemon and nothing else", async () => {
	await newer.open(async (page) => {
		await page.getByRole("combobox").first().pressSequentially("Dijlestad", { delay: 15 });
		await page.getByRole("option", { name: /^Dijlestad/ }).first().waitFor();
		await page.goto(`${site.url}/`);
		await page.getByRole("link", { name: "InstantSearch" }).waitFor();
	}, { page: "box.html" });
});

await run(async () => {
	await site.close();
	await browser.close();
	await daemon.stop();
});
