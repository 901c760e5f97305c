#!/usr/bin/env node
// SPDX-License-Identifier: ISC
/*
 * typing - from the press of a key to painted results, in a browser.
 *
 * usage: top_builddir=. tests/bench/typing.mjs DATA [SCHEMA]
 * DATA is a directory of ecsearchd (a copy: the daemon writes there).  Names
 * are typed letter by letter, each after what came before is painted.  Printed
 * are medians and 95th percentiles in milliseconds: of all, of the rest that is
 * waited for while typing, of the server (first byte asked to last answered),
 * and of the page (the answer's last byte to the frame after it is in place);
 * and what the page loads, gzipped.
 */
import { Browser } from "../web/lib/browser.mjs";
import { Daemon } from "../web/lib/daemon.mjs";

const [data, schema] = process.argv.slice(2);
const KEYS = 200;
const NAMES = ["university of cam", "fraunhofer", "technische uni", "institut pasteur", "ministry of hea", "deutsche bank",
	"royal society", "karolinska", "politecnico di", "siemens", "barcelona", "national research", "hospital gen", "museum"];

const daemon = await Daemon.start({ data, schema });
const browser = await Browser.launch();

/* In the page: for each key when it was pressed, answered and painted. */
function watch() {
	window.measured = [];
	let pressed = 0;
	addEventListener("input", (event) => { pressed = event.timeStamp; }, { capture: true });
	new MutationObserver((changes) => {
		if (!changes.some(({ addedNodes }) => [...addedNodes].some(({ id }) => id === "results")))
			return;
		requestAnimationFrame(() => {
			const channel = new MessageChannel();
			channel.port1.onmessage = () => {
				const request = performance.getEntriesByType("resource").findLast(({ name }) => name.includes("part=results"));
				const painted = performance.now();
				window.measured.push({
					all: painted - pressed,
					rest: request.startTime - pressed,
					server: request.responseEnd - request.requestStart,
					page: painted - request.responseEnd,
				});
			};
			channel.port2.postMessage(null);
		});
	}).observe(document.getElementById("search"), { childList: true });
	performance.setResourceTimingBufferSize(10000);
}

async function typeAll(page) {
	let keys = 0;
	for (let name = 0; keys < KEYS; name++) {
		await page.locator("#q").fill("");
		await page.waitForTimeout(1500); /* and its answer is painted */
		await page.evaluate(() => { window.measured.splice(window.kept ?? 0); });
		for (const key of NAMES[name % NAMES.length]) {
			if (keys === KEYS)
				break;
			const before = await page.evaluate(() => window.measured.length);
			await page.keyboard.press(key === " " ? "Space" : key);
			await page.waitForFunction((n) => window.measured.length > n, before);
			keys++;
		}
		await page.evaluate(() => { window.kept = window.measured.length; });
	}
}

function told(name, numbers) {
	const sorted = [...numbers].sort((a, b) => a - b);
	const at = (part) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))].toFixed(1).padStart(7);
	console.log(`${name.padEnd(8)}${at(0.5)}${at(0.95)}`);
}

for (const target of ["/", "/?in=members"])
	await browser.visit({ hosts: [daemon.url] }, async (page) => {
		await page.goto(daemon.url + target);
		await page.evaluate(watch);
		await page.locator("#q").click();
		await typeAll(page);
		const measured = await page.evaluate(() => window.measured);
		console.log(`${target}: ${measured.length} keys   median    95 %`);
		for (const share of ["all", "rest", "server", "page"])
			told(share, measured.map((each) => each[share]));
	});

const page = await daemon.ask("/");
for (const asset of new Set(page.text.match(/\/assets\/[\w.]+/g))) {
	const reply = await fetch(daemon.url + asset, { headers: { "Accept-Encoding": "gzip" } });
	console.log(`${asset}: ${reply.headers.get("content-length")} bytes gzipped`);
}
await browser.close();
await daemon.stop();
