#!/usr/bin/env node
// SPDX-License-Identifier: ISC
/* The tools of the browser tests: that they show a page, and notice what is wrong with it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";

import { violations } from "./lib/axe.mjs";
import { Browser } from "./lib/browser.mjs";
import { Daemon } from "./lib/daemon.mjs";
import { WEB } from "./lib/places.mjs";
import { claim, run } from "./lib/tap.mjs";

const daemon = await Daemon.withCorpus();
const browser = await Browser.launch();
const hosts = [daemon.url];

function visit(settings, doing) {
	return browser.visit({ hosts, ...settings }, async (page, context) => {
		await page.goto(daemon.url + "/?q=cryptography");
		await doing?.(page, context);
	});
}

claim("the search page comes from the daemon and shows what it found", async () => {
	const found = await daemon.search("members", { q: "cryptography", per_page: 3 });
	assert.ok(found.total.value > 0);
	for (const as of ["desktop", "phone", "no-script"])
		await visit({ as }, async (page) => {
			assert.match(await page.title(), /\S/);
			for (const hit of found.hits)
				assert.ok((await page.content()).includes(`/${hit.id}`), hit.id);
		});
});

claim("a visit fails by an error of the page, and says which", async () => {
	await assert.rejects(visit({}, (page) => page.evaluate(() => console.error("spilt milk"))), /spilt milk/);
	const thrown = visit({}, async (page) => {
		const seen = page.waitForEvent("pageerror");
		await page.evaluate(() => { setTimeout(() => { throw new Error("broken egg"); }); });
		await seen;
	});
	await assert.rejects(thrown, /broken egg/);
});

claim("a visit fails when the page asks another host, or what its policy forbids", async () => {
	const stray = (page) => page.evaluate(() => fetch("http://127.0.0.2:9/", { mode: "no-cors" }).catch(() => {}));
	await assert.rejects(browser.visit({ hosts }, async (page) => {
		await page.goto(daemon.url + "/healthz");
		await stray(page);
	}), /another host: http:\/\/127\.0\.0\.2:9/);
	await assert.rejects(visit({}, (page) => page.evaluate(() => {
		document.body.append(Object.assign(document.createElement("script"), { textContent: "1" }));
	})), /Content.Security.Policy/);
});

claim("an error that is expected is none, and one that does not come is", async () => {
	await visit({ expect: [/spilt/] }, (page) => page.evaluate(() => console.error("spilt milk")));
	await assert.rejects(visit({ expect: [/spilt/] }), /did not come: .*spilt/);
});

claim("a visitor's screen, colours, motion, language and size of text reach the page", async () => {
	const media = (page, query) => page.evaluate((q) => matchMedia(q).matches, query);
	const em = (page) => page.evaluate(() => parseFloat(getComputedStyle(document.documentElement).fontSize));
	await visit({ as: "phone dark", locale: "fr" }, async (page) => {
		assert.ok(await media(page, "(width: 320px) and (prefers-color-scheme: dark)"));
		assert.equal(await page.evaluate(() => navigator.language), "fr");
	});
	await visit({ as: "still contrast" }, async (page) => {
		assert.ok(await media(page, "(prefers-reduced-motion: reduce) and (forced-colors: active)"));
		assert.ok(!await media(page, "(prefers-color-scheme: dark)"));
	});
	let usual;
	await visit({}, async (page) => { usual = await em(page); });
	await visit({ as: "large-text" }, async (page) => assert.equal(await em(page), 2 * usual));
});

claim("axe finds a picture without words and a field without a name", async () => {
	await browser.visit({}, async (page) => {
		await page.setContent("<html lang=en><title>t</title><main><h1>t</h1><img src='data:,'><input></main>");
		const found = await violations(page);
		assert.deepEqual(found.map((line) => line.split(" ")[0]).sort(), ["image-alt", "label"]);
	});
});

claim("the lock file pins every package and names no address", () => {
	const { packages } = JSON.parse(readFileSync(path.join(WEB, "package-lock.json"), "utf8"));
	for (const [name, pinned] of Object.entries(packages).filter(([name]) => name)) {
		assert.match(pinned.version ?? "", /^\d+\.\d+\.\d+/, name);
		assert.match(pinned.integrity ?? "", /^sha512-/, name);
		assert.equal(JSON.stringify(pinned).includes("://"), false, name);
	}
	for (const version of Object.values(packages[""].devDependencies))
		assert.match(version, /^(npm:[\w/@-]+@)?\d+\.\d+\.\d+$/);
});

await run(async () => {
	await browser.close();
	await daemon.stop();
});
