#!/usr/bin/env node
// SPDX-License-Identifier: ISC
/* The search page without scripts, on paper, and on every width. */
import assert from "node:assert/strict";

import { expectAccessible } from "./lib/axe.mjs";
import { Browser } from "./lib/browser.mjs";
import { Daemon } from "./lib/daemon.mjs";
import { claim, run } from "./lib/tap.mjs";

const daemon = await Daemon.withCorpus();
const browser = await Browser.launch();

function visit(target, doing, { as = "no-script", ...more } = {}) {
	return browser.visit({ as, hosts: [daemon.url], ...more }, async (page, context) => {
		await page.goto(daemon.url + target);
		await doing(page, context);
	});
}

const count = (page) => page.locator("#count").textContent();
const titles = (page) => page.locator(".hit h2 a, .hit h3 a").allTextContents();
const said = (n) => `${n} result${n === 1 ? "" : "s"}`;
/* The parameters of the address that say something, sorted. */
const asked = (page) => [...new URL(page.url()).searchParams].filter(([, value]) => value !== "")
    .map((each) => each.join("=")).sort().join(" ");

function search(collection, parameters = {}) {
	return daemon.search(collection, { prefix: "last", per_page: 20, ...parameters });
}

/* Follow what a click or a key leads to. */
async function follow(page, doing) {
	const from = page.url();
	await doing();
	await page.waitForURL((url) => url.href !== from);
	await page.waitForLoadState();
}

/* ---- the tasks, by form and links ---- */

claim("without scripts one searches by the form and narrows by links", async () => {
	await visit("/", async (page) => {
		await page.locator("#q").fill("security");
		await follow(page, () => page.keyboard.press("Enter"));
		const found = await Promise.all(["members", "groups", "agenda"].map((c) => search(c, { q: "security", per_page: 0 })));
		assert.equal(await count(page), `${said(found.reduce((n, f) => n + f.total.value, 0))} for “security”`);
		await follow(page, () => page.locator("#tab-1").click());
		assert.equal(asked(page), "in=members q=security");
		await follow(page, () => page.getByRole("link", { name: "Next" }).click());
		assert.equal(asked(page), "in=members page=2 q=security");
		assert.deepEqual(await titles(page), (await search("members", { q: "security", page: 2 })).hits.map((h) => h.document.name));
		await follow(page, () => page.locator(".hit h2 a").first().click());
		assert.match(page.url(), /\/show\/members\//);
		await page.goBack();
		assert.equal(asked(page), "in=members page=2 q=security");
	});
});

claim("without scripts choices, range and order are sent together", async () => {
	await visit("/?in=members", async (page) => {
		await page.locator("#f-country-BE").check();
		await page.locator("#f-country-FR").check();
		await page.locator("#facet-founded").evaluate((details) => { details.open = true; });
		await page.locator("#f-founded-from").fill("1990");
		await page.locator("#sort").selectOption("-founded");
		await follow(page, () => page.locator(".facets > .apply button").click());
		const found = await search("members", { filter: [["country:BE", "country:FR"], ["founded:1990.."]], sort: "-founded" });
		assert.equal(await count(page), said(found.total.value));
		assert.deepEqual(await titles(page), found.hits.map((h) => h.document.name));
		assert.ok(await page.locator("#f-country-BE").isChecked());
		assert.equal(await page.locator("#f-founded-from").inputValue(), "1990");
		assert.equal(await page.locator("#sort").inputValue(), "-founded");
		await follow(page, () => page.getByRole("link", { name: /Remove the filter Founded/ }).click());
		assert.equal(asked(page), "country=BE country=FR in=members sort=-founded");
		await page.locator("#f-country-FR").uncheck();
		await follow(page, () => page.locator(".sort button").click());
		assert.equal(asked(page), "country=BE in=members sort=-founded");
	});
});

claim("without scripts a long facet is searched and what was chosen stays", async () => {
	await visit("/?in=members&city=Madrid", async (page) => {
		await follow(page, () => page.locator("#more-city").click());
		await page.locator("#find-city").fill("antwerp");
		await follow(page, () => page.keyboard.press("Enter"));
		await page.locator("#f-city-Antwerpen").check();
		await follow(page, () => page.locator(".facets > .apply button").click());
		assert.equal(await count(page), said(3));
		await follow(page, () => page.locator("#less-city").click());
		assert.equal(asked(page), "city=Antwerpen city=Madrid in=members");
	});
});

claim("without scripts a correction is told and can be refused, and the tongue changed", async () => {
	await visit("/?q=securty&in=members", async (page) => {
		await follow(page, () => page.locator(".note a").click());
		assert.match(await count(page), /^Nothing found/);
		await follow(page, () => page.getByRole("link", { name: "Look in everything" }).click());
		await follow(page, () => page.getByRole("link", { name: "Deutsch" }).click());
		assert.equal(await page.locator("html").getAttribute("lang"), "de");
		await page.locator("#q").fill("bank");
		await follow(page, () => page.keyboard.press("Enter"));
		assert.match(await count(page), /Treffer für „bank“/);
	});
});

claim("without scripts the filters of a phone are a link away, and the results again", async () => {
	await visit("/?in=members", async (page) => {
		assert.ok(!await page.locator("#panel").isVisible());
		await page.locator("#tofilters").tap();
		assert.ok(await page.locator("#panel").isVisible());
		await page.locator("#f-sectors-finance").check();
		await follow(page, () => page.locator(".facets > .apply button").tap());
		assert.equal(asked(page), "in=members sectors=finance");
		assert.equal(await page.locator("#tofilters .n").textContent(), "1");
	}, { as: "phone no-script" });
});

claim("a script that does not come leaves a page that works", async () => {
	await visit("/", async (page) => {
		await page.route(/\.js$/, (route) => route.abort());
		await page.goto(daemon.url + "/?in=members");
		await page.locator("#f-country-BE").check();
		await page.locator("#q").fill("bank");
		await follow(page, () => page.keyboard.press("Enter"));
		assert.equal(asked(page), "country=BE in=members q=bank");
	}, { as: "desktop", expect: [/ERR_FAILED/] });
});

/* ---- looks ---- */

const LOOKED_AT = ["/", "/?q=security", "/?q=supply+chain&in=agenda", "/?q=qqqxqqq&in=members&country=BE",
	"/?in=members&country=BE&country=FR&sectors=finance&founded=1950..2020&all=city&find=an&ui=de",
	"/?in=members&page=3&map=1&ui=fr", "/?q=securty", "/?in=members&page=900", "/nope"];

/* What sticks out of the window, or is cut by a box that hides it. */
const cut = (page) => page.evaluate(() => [...document.querySelectorAll("body *")].filter((each) => {
	if (!each.checkVisibility() || each.closest(".unseen, .skip, svg, .scroll, .whole"))
		return false;
	const box = each.getBoundingClientRect();
	const style = getComputedStyle(each);
	const hidden = style.overflowX !== "visible" && each.scrollWidth > each.clientWidth + 1;
	return box.width > 0 && (box.right > innerWidth + 1 || box.left < -1 || (hidden && !each.matches("input, select")));
}).map((each) => `${each.nodeName}.${each.className}#${each.id}: ${each.textContent.trim().slice(0, 60)}`));

claim("nothing is cut or sticks out, on a phone and with text of twice the size", async () => {
	for (const as of ["phone no-script", "phone large-text no-script", "desktop large-text", "wide"])
		for (const target of LOOKED_AT)
			await visit(target, async (page) => {
				await page.evaluate(() => {
					for (const each of document.querySelectorAll("details"))
						each.open = true;
				});
				assert.deepEqual(await cut(page), [], `${as} ${target}`);
				const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
				assert.ok(wide <= 0, `${as} ${target}`);
			}, { as, expect: target === "/nope" ? [/404/] : [] });
});

claim("in the dark on a phone and with forced colours every page is as accessible", async () => {
	for (const as of ["phone dark", "contrast"])
		for (const target of LOOKED_AT.slice(1, 6))
			await visit(target, (page) => expectAccessible(page), { as });
});

claim("what is pressed is large enough for a finger", async () => {
	for (const target of LOOKED_AT)
		await visit(target, async (page) => {
			/* 24 px of WCAG 2.2's 2.5.8; links in running text are exempt. */
			const small = await page.locator("main a, main button, main input:not([type=hidden]), main select, main summary, header a")
			    .evaluateAll((all) => all.filter((each) => {
				    if (!each.checkVisibility() || each.closest("svg, p.note, .skip, h2, h3, table, .facts") || each.closest("label:has(input[type=checkbox])"))
					    return false;
				    const box = each.getBoundingClientRect();
				    return Math.round(box.height) < 24 || Math.round(box.width) < 24;
			    }).map((each) => `${each.outerHTML.slice(0, 100)} ${each.getBoundingClientRect().height}`));
			assert.deepEqual(small, [], target);
		}, { as: "phone no-script", expect: target === "/nope" ? [/404/] : [] });
});

claim("on paper there are the hits and where they are, and no buttons", async () => {
	await visit("/?q=security&in=members&country=BE", async (page) => {
		await page.emulateMedia({ media: "print" });
		for (const gone of [".top", ".tabs", ".facets", ".paging", ".sort", ".box", ".bottom"])
			for (const each of await page.locator(gone).all())
				assert.ok(!await each.isVisible(), gone);
		assert.ok(await page.locator(".count").isVisible());
		assert.ok(await page.locator(".chips").isVisible(), "what was chosen is said");
		assert.ok(await page.locator(".hit").count() > 0);
		const after = await page.locator(".hit h2 a").first().evaluate((link) => getComputedStyle(link, "::after").content);
		assert.match(after, /show\/members/);
		assert.equal(await page.evaluate(() => document.querySelector(".list").getBoundingClientRect().left -
		    document.querySelector("main").getBoundingClientRect().left < 20), true);
	});
	await visit("/?q=security&in=members", async (page) => {
		await page.emulateMedia({ media: "print", colorScheme: "dark" });
		const [text, ground] = await page.evaluate(() => [getComputedStyle(document.body).color, getComputedStyle(document.documentElement).backgroundColor]);
		assert.equal(text, "rgb(26, 32, 39)", "ink that is seen on white");
		assert.match(ground, /rgb\(255, 255, 255\)|rgba\(0, 0, 0, 0\)/);
	}, { as: "dark" });
});

await run(async () => {
	await browser.close();
	await daemon.stop();
});
