#!/usr/bin/env node
// SPDX-License-Identifier: ISC
/* A document's page as people use it: read, linked to, by keys, on a phone, without scripts. */
import assert from "node:assert/strict";

import { expectAccessible } from "./lib/axe.mjs";
import { Browser } from "./lib/browser.mjs";
import { Daemon } from "./lib/daemon.mjs";
import { claim, run } from "./lib/tap.mjs";

const daemon = await Daemon.withCorpus();
const sections = Array.from({ length: 200 }, (_, i) => ({
	heading: i % 10 ? `Article ${i}` : `Title ${i / 10 + 1}`, level: i % 10 ? 3 : 1, page: 1 + (i >> 1),
	text: `Provision number ${i} about encryption at rest.\n\n` + "The text goes on with words. ".repeat(20),
}));
await daemon.load("agenda", [JSON.stringify({ id: "long law/1", title: "A long law", lang: "en", family: "sria", date: "2024", sections })]);
const browser = await Browser.launch();
const hosts = [daemon.url];
const LAW = "/show/agenda/long%20law%2F1";

async function passages(query = "") {
	return (await daemon.ask(`/v1/collections/agenda/documents/long%20law%2F1/passages?per_page=1000${query}`)).json.passages;
}

function visit(settings, target, doing) {
	return browser.visit({ hosts, ...settings }, async (page, context) => {
		await page.goto(daemon.url + target);
		await doing(page, context);
	});
}

/* The passage that a reader looks at: is it within the window? */
function inView(page, id) {
	return page.locator(`[id="${id}"]`).evaluate((element) => {
		const { top, bottom } = element.getBoundingClientRect();
		return bottom > 0 && top < innerHeight;
	});
}

claim("axe finds nothing on any kind of page, wide, on a phone, dark, with large text", async () => {
	const [, passage] = await passages("&q=encryption&only=matching&sort=relevance");
	const targets = ["/show/members/boehme-sicherheitstechnik?ui=en", "/show/groups/wg1?ui=de", "/show/agenda/sria-2025?ui=fr",
		"/show/agenda/bericht-gesundheit-2021?q=krankenhaus&in=agenda", `${LAW}?p=2&q=encryption`,
		`${LAW}/${passage.id}?q=encryption`];
	for (const as of ["desktop", "phone", "dark", "phone large-text"])
		for (const target of targets)
			await visit({ as }, target, (page) => expectAccessible(page));
});

claim("what is not there is a page that helps, and a passage that is gone is told", async () => {
	for (const target of ["/show/agenda/nothing", `${LAW}/nothing`])
		await visit({ expect: [/404/] }, target, async (page) => {
			await expectAccessible(page);
			await page.getByRole("searchbox").fill("encryption");
			await page.keyboard.press("Enter");
			await page.waitForURL(/\?q=encryption/);
		});
});

claim("nothing is wider than a phone, also with text of twice the size", async () => {
	for (const target of ["/show/members/boehme-sicherheitstechnik", "/show/agenda/sria-2025?q=chain", `${LAW}?p=3`])
		for (const as of ["phone", "phone large-text"])
			await visit({ as }, target, async (page) => {
				const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
				assert.ok(wide <= room, `${target} ${as}: ${wide} > ${room}`);
			});
});

claim("a permalink scrolls to its passage and marks it, with a fragment or without, scripts on or off", async () => {
	const passage = (await passages())[133];
	for (const as of ["desktop", "no-script", "phone"])
		for (const fragment of ["", `#${passage.id}`])
			await visit({ as }, `${LAW}/${passage.id}${fragment}`, async (page) => {
				await page.waitForFunction(() => scrollY > 0).catch(() => {});
				assert.ok(await inView(page, passage.id), as + fragment);
				const [ground, other] = await page.evaluate((id) => [id, null].map((one) =>
				    getComputedStyle(one ? document.getElementById(one) :
					document.querySelector(".passage:not(.named)")).backgroundColor), passage.id);
				assert.notEqual(ground, other);
			});
});

claim("the link in the margin leads to a page that shows the passage, and can be opened by keys", async () => {
	const passage = (await passages())[57];
	await visit({}, `${LAW}?p=2`, async (page) => {
		const link = page.getByRole("link", { name: "Link to passage 58", exact: true });
		await link.focus();
		await page.keyboard.press("Enter");
		await page.waitForURL(`**${LAW}/${passage.id}#${passage.id}`);
		assert.ok(await inView(page, passage.id));
		await page.goBack();
		await page.waitForURL(`**${LAW}?p=2`);
	});
});

claim("from results to a passage that matches and back, without scripts", async () => {
	await visit({ as: "no-script" }, "/?q=encryption+rest&in=agenda&sort=-date", async (page) => {
		const results = new URL(page.url()).searchParams.toString();
		await page.getByRole("link", { name: "A long law", exact: true }).first().click();
		await page.waitForURL(/\/show\/agenda\//);
		await page.getByRole("heading", { name: /passages for/ }).waitFor();
		await page.locator(".matching li a").nth(2).click();
		const id = new URL(page.url()).hash.slice(1);
		assert.ok(await inView(page, id));
		assert.ok(await page.locator(`[id="${id}"] mark`).count() > 0);
		await page.getByRole("link", { name: /Back to the results/ }).click();
		await page.waitForURL((url) => url.pathname === "/" && url.searchParams.toString() === results);
	});
});

claim("the outline unfolds by keys and leads to a section on another page", async () => {
	await visit({}, LAW, async (page) => {
		await page.locator(".outline summary").focus();
		await page.keyboard.press("Enter");
		await page.locator(".outline").getByRole("link", { name: "Article 99", exact: true }).click();
		await page.waitForURL(/p=3#s\d+$/);
		assert.ok(await inView(page, new URL(page.url()).hash.slice(1)));
		assert.equal(await page.locator(":target").textContent(), "Article 99");
	});
});

claim("the page speaks three languages and its text keeps its own", async () => {
	for (const [locale, contents] of [["en-GB", "Contents"], ["fr-FR", "Sommaire"], ["de-AT", "Inhalt"]])
		await visit({ locale }, "/show/agenda/sria-2025", async (page) => {
			await page.getByText(contents, { exact: false }).first().waitFor();
			const lang = await page.locator("#text").evaluate((e) => e.closest("[lang]").lang);
			assert.equal(lang, "en");
		});
});

claim("no page of a law of 200 sections moves while it loads", async () => {
	await visit({}, `${LAW}?q=encryption`, async (page) => {
		const shifts = await page.evaluate(() => new Promise((resolve) => {
			const seen = [];
			const observer = new PerformanceObserver((list) => seen.push(...list.getEntries()));
			observer.observe({ type: "layout-shift", buffered: true });
			/* A frame to be told of what was before, and one for what is late. */
			requestAnimationFrame(() => requestAnimationFrame(() => resolve(
			    [...seen, ...observer.takeRecords()].map((entry) => entry.value))));
		}));
		assert.deepEqual(shifts, []);
	});
});

await run(async () => {
	await browser.close();
	await daemon.stop();
});
