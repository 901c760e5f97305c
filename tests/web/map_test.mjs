#!/usr/bin/env node
// SPDX-License-Identifier: ISC
/* The map of members by country: what it shows, and how it is used. */
import assert from "node:assert/strict";

import { expectAccessible } from "./lib/axe.mjs";
import { Browser, until } from "./lib/browser.mjs";
import { Daemon } from "./lib/daemon.mjs";
import { claim, run } from "./lib/tap.mjs";

const daemon = await Daemon.withCorpus();
const browser = await Browser.launch();
const hosts = [daemon.url];
const ALL = [{ field: "country", limit: 1000 }];

function visit(as, target, doing, more = {}) {
	return browser.visit({ as, hosts, ...more }, async (page) => {
		await page.goto(daemon.url + target);
		await doing(page);
	});
}

async function countries(parameters = {}) {
	const answer = await daemon.search("members", { per_page: 0, facets: ALL, ...parameters });
	return answer.facets[0].values;
}

const labels = (page) => page.locator(".map svg a").evaluateAll(
    (links) => links.map((link) => link.getAttribute("aria-label")));
const rows = (page) => page.locator(".map tbody tr").evaluateAll(
    (list) => list.map((row) => [...row.cells].map((cell) => cell.textContent)));

const said = ({ label, count }) => `${label}: ${count} member${count === 1 ? "" : "s"}`;
const chosen = (page) => new URL(page.url()).searchParams.getAll("country").sort().join(" ");

claim("the start page's map and table say what the facet of the interface says", async () => {
	const values = await countries();
	for (const as of ["desktop", "no-script"])
		await visit(as, "/", async (page) => {
			assert.deepEqual(await rows(page), values.map((v) => [v.label, String(v.count)]));
			const drawn = await labels(page);
			const told = values.map(said);
			assert.ok(drawn.length > 25, "countries on the map");
			/* In the order of count; those elsewhere are left out. */
			assert.deepEqual(drawn, told.filter((text) => drawn.includes(text)));
		});
});

claim("what is on the map and what is elsewhere make the total", async () => {
	await daemon.load("members", ["CA", "US", "BE"].map(
	    (country, i) => JSON.stringify({ id: `far-${i}`, name: `Far ${i}`, country })));
	const { total } = await daemon.search("members", { per_page: 0 });
	await visit("desktop", "/", async (page) => {
		const sum = (await labels(page)).reduce(
		    (all, label) => all + Number(/: (\d+)/.exec(label)[1]), 0);
		const elsewhere = Number(/\d+/.exec(await page.locator(".rest").first().textContent())[0]);
		assert.equal(elsewhere, 2);
		assert.equal(sum + elsewhere, total.value);
	});
});

claim("choosing a country on the start page leads to its members", async () => {
	const { total } = await daemon.search("members", { per_page: 0, filter: "country:FR" });
	for (const as of ["desktop", "phone", "no-script"])
		await visit(as, "/", async (page) => {
			await page.locator("#map-FR").click();
			await page.waitForURL(/country=FR/);
			await until(async () => (await page.locator("#count").textContent()).startsWith(`${total.value} `));
			assert.equal(new URL(page.url()).searchParams.get("in"), "members");
		});
});

claim("a small state can be chosen by its dot", async () => {
	await visit("desktop", "/", async (page) => {
		await page.locator("#map-MT .reach").click();
		await page.waitForURL(/country=MT/);
		const box = await page.locator("#count").textContent();
		assert.match(box, /^1 result/);
	});
	await visit("desktop", "/", async (page) => {
		const { width, height } = await page.locator("#map-MT .reach").boundingBox();
		assert.ok(width >= 24 && height >= 24, `${width} × ${height}`);
	});
});

claim("a second country widens the choice, and choosing one again lets it go", async () => {
	for (const as of ["desktop", "no-script"])
		await visit(as, "/?in=members&map=1&country=FR", async (page) => {
			const before = await labels(page);
			await page.locator("#map-DE").click();
			await page.waitForURL(/country=DE/);
			assert.equal(chosen(page), "DE FR");
			await until(async () => await page.locator("path.chosen").count() === 2);
			/* Counts of the facet ignore its own choice. */
			assert.deepEqual(await labels(page), before);
			assert.equal(await page.locator("#map-DE").getAttribute("aria-current"), "true");
			await page.locator("#map-FR").click();
			await page.waitForURL((url) => !url.href.includes("FR"));
			assert.equal(chosen(page), "DE");
			await until(async () => await page.locator("path.chosen").count() === 1);
		});
});

claim("the map of results follows the words typed and is opened and closed by a link", async () => {
	const values = await countries({ q: "security", prefix: "last" });
	await visit("desktop", "/?in=members&q=security", async (page) => {
		assert.equal(await page.locator(".map").count(), 0);
		await page.locator("#tomap").click();
		await page.locator(".map").waitFor();
		const drawn = await labels(page);
		assert.deepEqual(drawn, values.map(said).filter((text) => drawn.includes(text)));
		await page.fill("#q", "hospital");
		await until(async () => String(await labels(page)) !== String(drawn));
		assert.ok(page.url().includes("map=1"));
		await page.locator("#tomap").click();
		await until(async () => await page.locator(".map").count() === 0);
	});
});

claim("the keyboard reaches countries in the order of their counts, and can skip them", async () => {
	await visit("desktop", "/", async (page) => {
		const focused = () => page.evaluate(() => document.activeElement.id ||
		    document.activeElement.getAttribute("href") || document.activeElement.textContent);
		await page.locator(".map .skip").focus();
		assert.ok((await page.locator(".map .skip").boundingBox()).x >= 0, "the skip link is seen");
		const order = await page.locator(".map svg a").evaluateAll((links) => links.map((a) => a.id));
		for (const id of order.slice(0, 5)) {
			await page.keyboard.press("Tab");
			assert.equal(await focused(), id);
		}
		const plain = await page.locator("#" + order[9]).evaluate((a) => getComputedStyle(a).fill);
		await page.locator("#" + order[9]).focus();
		await page.keyboard.press("Shift+Tab");
		await page.keyboard.press("Tab");
		const shown = await page.locator("#" + order[9]).evaluate((a) => getComputedStyle(a).fill);
		assert.notEqual(shown, plain, "the focus is seen");
		await page.keyboard.press("Enter");
		await page.waitForURL(new RegExp("country=" + order[9].slice(4)));
	});
	await visit("desktop", "/", async (page) => {
		await page.locator(".map .skip").focus();
		await page.keyboard.press("Enter");
		await page.keyboard.press("Tab");
		assert.ok(await page.evaluate(() => document.querySelector(".map").compareDocumentPosition(
		    document.activeElement) & Node.DOCUMENT_POSITION_FOLLOWING), "the focus is behind the map");
		assert.equal(new URL(page.url()).pathname, "/");
	});
});

claim("a press of enter on a country keeps the focus on it", async () => {
	await visit("desktop", "/?in=members&map=1", async (page) => {
		await page.locator("#map-ES").focus();
		await page.keyboard.press("Enter");
		await page.locator("path.chosen").waitFor({ state: "attached" });
		assert.equal(await page.evaluate(() => document.activeElement.id), "map-ES");
	});
});

claim("countries are named in the language of the page", async () => {
	for (const [ui, name, title] of [["fr", "Allemagne", "Membres par pays"], ["de", "Deutschland", "Mitglieder nach Land"]])
		await visit("desktop", `/?ui=${ui}`, async (page) => {
			assert.match(await page.locator("#map-DE").getAttribute("aria-label"), new RegExp(`^${name}`));
			assert.equal(await page.locator("#map-title").textContent(), title);
		});
});

/* Contrast of two computed colours (WCAG 2.2, relative luminance). */
function contrast(one, other) {
	const luminance = (colour) => {
		const [r, g, b] = colour.match(/[\d.]+/g).map((part) => part / 255)
		    .map((c) => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	};
	const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
	return (high + 0.05) / (low + 0.05);
}

claim("each step has 3:1 to borders, to land and to the sea, by day and by night", async () => {
	for (const as of ["desktop", "dark"])
		await visit(as, "/", async (page) => {
			const colours = await page.evaluate(() => {
				const of = (selector, what) => getComputedStyle(document.querySelector(selector))[what];
				return {
					steps: [1, 2, 3, 4, 5].map((i) => of(`.legend .s${i}`, "backgroundColor")),
					around: [of(".land", "fill"), of("#map-FR path", "stroke"), of("html", "backgroundColor")],
				};
			});
			for (const step of colours.steps)
				for (const around of colours.around)
					assert.ok(contrast(step, around) >= 3, `${as}: ${step} on ${around}: ${contrast(step, around)}`);
		});
});

claim("the map fits a phone and twice the text", async () => {
	for (const as of ["phone", "phone large-text", "large-text"])
		for (const target of ["/", "/?in=members&map=1&country=BE"])
			await visit(as, target, async (page) => {
				const [has, wide] = await page.evaluate(
				    () => [document.documentElement.scrollWidth, innerWidth]);
				assert.ok(has <= wide, `${as} ${target}: ${has} > ${wide}`);
				const { width } = await page.locator(".map svg").boundingBox();
				assert.ok(width > 200, `${as} ${target}: the map is ${width} wide`);
			});
});

claim("axe finds nothing wrong with the map", async () => {
	for (const as of ["desktop", "phone", "dark", "contrast"])
		for (const target of ["/", "/?in=members&map=1&country=BE&country=LU", "/?in=agenda&map=1"])
			await visit(as, target, (page) => expectAccessible(page));
});

claim("years are drawn as bars that say what the facet says, and mark the range", async () => {
	const facet = { field: "founded", type: "histogram", interval: 10 };
	const answer = await daemon.search("members", { per_page: 0, facets: [facet] });
	const told = answer.facets[0].values.map((v) => `${v.from}–${v.to - 1}: ${v.count}`);
	await visit("desktop", "/?in=members&founded=2000..2009", async (page) => {
		const list = await page.locator("#facet-founded .unseen li").allTextContents();
		assert.deepEqual(list.slice(1, -1), told.filter((text) => list.slice(1, -1).includes(text)));
		assert.ok(list.length > 3 && list.some((text) => told.includes(text)));
		assert.deepEqual(await page.locator("#facet-founded .in title").allTextContents(),
		    told.filter((text) => text.startsWith("2000–")));
	});
});

await run(async () => {
	await browser.close();
	await daemon.stop();
});
