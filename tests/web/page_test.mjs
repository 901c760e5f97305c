#!/usr/bin/env node
// SPDX-License-Identifier: ISC
/* The search page with its script, as people use it. */
import assert from "node:assert/strict";

import { expectAccessible } from "./lib/axe.mjs";
import { Browser, until } from "./lib/browser.mjs";
import { Daemon } from "./lib/daemon.mjs";
import { claim, run } from "./lib/tap.mjs";

const daemon = await Daemon.withCorpus();
const browser = await Browser.launch();
const PART = /[?&]part=results/;

function visit(target, doing, { as = "desktop", ...more } = {}) {
	return browser.visit({ as, hosts: [daemon.url], ...more }, async (page, context) => {
		await page.goto(daemon.url + target);
		await doing(page, context);
	});
}

const address = (page) => page.locator("#results").getAttribute("data-address");
const count = (page) => page.locator("#count").textContent();
const focused = (page) => page.evaluate(() => document.activeElement.id);
const titles = (page) => page.locator(".hit h2 a, .hit h3 a").allTextContents();
const places = (page) => page.evaluate(() => location.pathname + location.search);
const said = (n) => `${n} result${n === 1 ? "" : "s"}`;

/* Until the page shows this state, and its address says so. */
async function shows(page, wanted) {
	await until(async () => await address(page) === wanted && await places(page) === wanted, `${wanted} is shown`)
	    .catch(async (error) => { error.message += `, but ${await address(page)}`; throw error; });
}

async function type(page, text) {
	await page.locator("#q").click();
	await page.keyboard.type(text, { delay: 15 });
}

function search(collection, parameters = {}) {
	return daemon.search(collection, { prefix: "last", per_page: 20, ...parameters });
}

const counts = (page, field) => page.locator(`#facet-${field} label`).evaluateAll((labels) =>
    Object.fromEntries(labels.map((each) => [each.querySelector("input").value, Number(each.querySelector(".n").textContent)])));

/* ---- typing ---- */

claim("typing shows what the interface finds, and the address follows", async () => {
	await visit("/", async (page) => {
		await type(page, "crypto");
		await shows(page, "/?q=crypto");
		const found = await Promise.all(["members", "groups", "agenda"].map((c) => search(c, { q: "crypto", per_page: 3 })));
		assert.equal(await count(page), `${said(found.reduce((n, f) => n + f.total.value, 0))} for “crypto”`);
		assert.deepEqual(await titles(page), found.flatMap((f) => f.hits.map((h) => h.document.name ?? h.document.title)));
		assert.match(await page.title(), /^crypto – /);
		assert.equal(await page.locator("h1").count(), 1);
		await page.locator("#q").fill("");
		await shows(page, "/");
		await page.locator("#map").waitFor();
	});
});

claim("an old answer never replaces a newer one", async () => {
	await visit("/?in=members", async (page) => {
		let held = 0;
		await page.route(PART, async (route) => {
			const slow = new URL(route.request().url()).searchParams.get("q") === "bank";
			held += slow;
			await new Promise((resolve) => setTimeout(resolve, slow ? 1500 : 0));
			await route.continue().catch(() => {}); /* it was cancelled */
		});
		await type(page, "bank");
		await until(() => held > 0, "the first question is asked");
		await page.locator("#q").fill("energy");
		await shows(page, "/?q=energy&in=members");
		await page.waitForTimeout(2000);
		await shows(page, "/?q=energy&in=members");
		assert.equal(await page.locator("#q").inputValue(), "energy");
	});
});

claim("typing asks once for what is typed without a rest", async () => {
	await visit("/", async (page) => {
		const asked = [];
		page.on("request", (request) => PART.test(request.url()) && asked.push(request.url()));
		await page.evaluate(() => {
			const q = document.getElementById("q");
			for (const text of ["c", "cr", "cry"]) {
				q.value = text;
				q.dispatchEvent(new InputEvent("input", { bubbles: true }));
			}
		});
		await shows(page, "/?q=cry");
		assert.equal(asked.length, 1);
	});
});

claim("what is being composed is not asked before it is done", async () => {
	await visit("/", async (page, context) => {
		const session = await context.newCDPSession(page);
		await page.locator("#q").click();
		await session.send("Input.imeSetComposition", { text: "ener", selectionStart: 4, selectionEnd: 4 });
		await page.waitForTimeout(400);
		assert.equal(await address(page), "/");
		await session.send("Input.insertText", { text: "energy" });
		await shows(page, "/?q=energy");
	});
});

/* ---- facets ---- */

claim("counts of a facet stay when one value is chosen, and results are any of them", async () => {
	await visit("/?in=members", async (page) => {
		const before = await counts(page, "country");
		await page.locator("#f-country-BE").check();
		await shows(page, "/?in=members&country=BE");
		assert.equal(await count(page), said(before.BE));
		assert.deepEqual(await counts(page, "country"), before);
		await page.locator("#f-country-FR").check();
		await shows(page, "/?in=members&country=FR&country=BE");
		const found = await search("members", { filter: [["country:BE", "country:FR"]] });
		assert.equal(await count(page), said(found.total.value));
		assert.equal(found.total.value, before.BE + before.FR);
		await page.locator("#f-country-BE").uncheck();
		await shows(page, "/?in=members&country=FR");
	});
});

claim("chips take a choice away, one or all", async () => {
	await visit("/?in=members&country=BE&country=FR&sectors=finance", async (page) => {
		assert.equal(await page.locator(".chips li").count(), 4);
		await page.getByRole("link", { name: "Remove the filter Country: Belgium" }).click();
		await shows(page, "/?in=members&country=FR&sectors=finance");
		assert.ok(!await page.locator("#f-country-BE").isChecked());
		await page.getByRole("link", { name: "Remove all filters" }).click();
		await shows(page, "/?in=members");
		assert.equal(await page.locator(".chips").count(), 0);
		assert.equal(await focused(page), "count");
	});
});

claim("a topic unfolds, and what is narrower can be chosen", async () => {
	await visit("/?in=members", async (page) => {
		const tree = page.locator("#facet-topics");
		const branch = tree.locator("li:has(> details)").first();
		const wide = await branch.locator("> label input").getAttribute("value");
		await branch.locator("> details > summary").click();
		const narrow = branch.locator("> details input").first();
		const value = await narrow.getAttribute("value");
		await narrow.check();
		await shows(page, `/?in=members&topics=${value}`);
		const found = await search("members", { filter: `topics:${value}/*` });
		assert.equal(await count(page), said(found.total.value));
		assert.ok(await page.locator(`#t-topics-${wide}`).evaluate((details) => details.open));
		assert.ok(await page.locator(`#f-topics-${value}`).isChecked());
	});
});

claim("a range of years is typed", async () => {
	await visit("/?in=members&sort=name", async (page) => {
		await page.locator("#facet-founded").evaluate((details) => { details.open = true; });
		await page.locator("#f-founded-from").fill("2000");
		await page.keyboard.press("Tab");
		await shows(page, "/?in=members&founded=2000..&sort=name");
		assert.equal(await focused(page), "f-founded-to");
		await page.keyboard.type("2010");
		await page.keyboard.press("Enter");
		await shows(page, "/?in=members&founded=2000..2010&sort=name");
		const found = await search("members", { filter: "founded:2000..2010" });
		assert.equal(await count(page), said(found.total.value));
		await page.locator("#f-founded-from").fill("2011");
		await page.keyboard.press("Enter");
		await shows(page, "/?in=members&founded=2011..2010&sort=name");
		assert.match(await count(page), /^Nothing found/);
		await page.locator("#f-founded-to").fill("");
		await page.keyboard.press("Enter");
		await shows(page, "/?in=members&founded=2011..&sort=name");
	});
});

claim("a search in a long facet keeps focus, caret and what was chosen", async () => {
	await visit("/?in=members&city=Madrid", async (page) => {
		await page.locator("#facet-city").evaluate((details) => { details.open = true; });
		await page.locator("#more-city").click();
		await shows(page, "/?in=members&city=Madrid&all=city");
		assert.equal(await focused(page), "find-city");
		await page.keyboard.type("anwerp", { delay: 15 });
		for (let i = 0; i < 4; i++)
			await page.keyboard.press("ArrowLeft");
		await page.keyboard.type("t");
		await shows(page, "/?in=members&city=Madrid&all=city&find=antwerp");
		assert.equal(await focused(page), "find-city");
		assert.equal(await page.locator("#find-city").evaluate((field) => field.selectionStart), 3);
		await page.locator("#f-city-Antwerpen").check();
		await shows(page, "/?in=members&city=Antwerpen&city=Madrid&all=city&find=antwerp");
		assert.equal(await count(page), said(3));
		await page.locator("#less-city").click();
		await shows(page, "/?in=members&city=Antwerpen&city=Madrid");
		assert.equal(await focused(page), "more-city");
	});
});

/* ---- order, pages, ways ---- */

claim("hits come in the order that is chosen", async () => {
	await visit("/?in=members&country=FR", async (page) => {
		await page.locator("#sort").selectOption("-founded");
		await shows(page, "/?in=members&country=FR&sort=-founded");
		const found = await search("members", { filter: "country:FR", sort: "-founded" });
		assert.deepEqual(await titles(page), found.hits.map((h) => h.document.name));
		await type(page, "qqqxqqq");
		await shows(page, "/?q=qqqxqqq&in=members&country=FR&sort=-founded");
		await page.locator("#q").fill("");
		await shows(page, "/?in=members&country=FR&sort=-founded");
	});
});

claim("another page begins at its top, with the focus on what it is", async () => {
	await visit("/?in=members", async (page) => {
		await page.locator(".paging").scrollIntoViewIfNeeded();
		await page.getByRole("link", { name: "Next" }).click();
		await shows(page, "/?in=members&page=2");
		const found = await search("members", { page: 2 });
		assert.deepEqual(await titles(page), found.hits.map((h) => h.document.name));
		assert.equal(await page.evaluate(() => scrollY), 0);
		assert.equal(await focused(page), "count");
		assert.equal(await page.locator(".paging [aria-current=page]").textContent(), "2");
		assert.equal(await page.locator(".hits").getAttribute("start"), "21");
		await page.locator("#f-country-FR").check();
		await shows(page, "/?in=members&country=FR");
	});
});

claim("back and forward bring words and choices again", async () => {
	await visit("/", async (page) => {
		await type(page, "security");
		await shows(page, "/?q=security");
		await page.locator("#tab-1").click();
		await shows(page, "/?q=security&in=members");
		await page.locator("#f-country-BE").check();
		await shows(page, "/?q=security&in=members&country=BE");
		await page.locator("#q").fill("bank");
		await shows(page, "/?q=bank&in=members&country=BE");
		await page.goBack();
		await shows(page, "/?q=security&in=members");
		assert.equal(await page.locator("#q").inputValue(), "security");
		assert.ok(!await page.locator("#f-country-BE").isChecked());
		await page.goBack();
		await shows(page, "/?q=security");
		await page.goForward();
		await page.goForward();
		await shows(page, "/?q=bank&in=members&country=BE");
		assert.equal(await page.locator("#q").inputValue(), "bank");
		assert.ok(await page.locator("#f-country-BE").isChecked());
		await page.reload();
		await shows(page, "/?q=bank&in=members&country=BE");
	});
});

claim("from a hit the way back leads to the same results", async () => {
	await visit("/", async (page) => {
		await type(page, "security");
		await shows(page, "/?q=security");
		await page.locator("#tab-1").click();
		await shows(page, "/?q=security&in=members");
		await page.locator("#f-country-BE").check();
		await shows(page, "/?q=security&in=members&country=BE");
		const before = await titles(page);
		await page.locator(".hit h2 a").first().click();
		await page.waitForURL(/\/show\//);
		await page.goBack();
		await shows(page, "/?q=security&in=members&country=BE");
		assert.deepEqual(await titles(page), before);
		assert.equal(await page.locator("#q").inputValue(), "security");
		assert.ok(await page.locator("#f-country-BE").isChecked());
	});
});

claim("a link with a key held down opens another tab and leaves this one", async () => {
	await visit("/?q=security", async (page, context) => {
		for (const link of ["#tab-1", ".hit h3 a", ".all a"]) {
			const [tab] = await Promise.all([context.waitForEvent("page"),
				page.locator(link).first().click({ modifiers: ["Control"] })]);
			await tab.waitForLoadState();
			assert.notEqual(new URL(tab.url()).pathname + new URL(tab.url()).search, "/?q=security");
			await tab.close();
			assert.equal(await address(page), "/?q=security");
		}
	});
});

/* ---- focus and what is said ---- */

claim("the focus stays where it was after each change", async () => {
	await visit("/?q=security&in=members", async (page) => {
		const box = page.locator("#f-country-BE");
		await box.focus();
		await page.keyboard.press("Space");
		await shows(page, "/?q=security&in=members&country=BE");
		assert.equal(await focused(page), "f-country-BE");
		await page.locator("#sort").focus();
		await page.locator("#sort").selectOption("name");
		await shows(page, "/?q=security&in=members&country=BE&sort=name");
		assert.equal(await focused(page), "sort");
		await page.locator("#chip-0").focus();
		await page.keyboard.press("Enter");
		await shows(page, "/?q=security&in=members&sort=name");
		assert.equal(await focused(page), "count");
		await page.locator("#tab-3").focus();
		await page.keyboard.press("Enter");
		await shows(page, "/?q=security&in=agenda");
		assert.equal(await focused(page), "count");
	});
	await visit("/?q=cyber+securty", async (page) => {
		await page.locator(".note a").focus();
		await page.keyboard.press("Enter");
		await shows(page, "/?q=cyber%20securty&exact=1");
		assert.equal(await focused(page), "count");
	});
});

claim("how many there are is said, once there is a rest", async () => {
	await visit("/", async (page) => {
		await type(page, "crypto");
		await shows(page, "/?q=crypto");
		const status = page.locator("#status");
		assert.equal(await status.getAttribute("role"), "status");
		await until(async () => await status.textContent() === await count(page));
		await page.locator("#q").fill("qqqxqqq");
		await until(async () => await status.textContent() === "Nothing found for “qqqxqqq”");
	});
});

claim("a correction is told, can be refused, and stays refused for these words", async () => {
	await visit("/?in=members", async (page) => {
		await type(page, "securty");
		await shows(page, "/?q=securty&in=members");
		assert.match(await page.locator(".note").textContent(), /Also showing results for “security”/);
		await page.getByRole("link", { name: "Search only for “securty”" }).click();
		await shows(page, "/?q=securty&in=members&exact=1");
		assert.match(await count(page), /^Nothing found/);
		await page.locator("#q").fill("bnak");
		await shows(page, "/?q=bnak&in=members");
	});
	await visit("/?q=bank&in=members&exact=1", async (page) => {
		await page.locator("#facet-country input").first().check();
		await until(async () => /country=/.test(await address(page)));
		assert.match(await address(page), /exact=1/);
	});
});

claim("where nothing is found there is advice and a way on", async () => {
	await visit("/?in=members&country=BE", async (page) => {
		await type(page, "qqqxqqq zzzz");
		await shows(page, "/?q=qqqxqqq%20zzzz&in=members&country=BE");
		assert.equal(await page.locator(".nothing li").count(), 3);
		await page.getByRole("link", { name: "Look in everything" }).click();
		await shows(page, "/?q=qqqxqqq%20zzzz");
		await page.locator("#q").fill("bank");
		await shows(page, "/?q=bank");
	});
});

/* ---- a slow and a failing server ---- */

claim("a page that waits says so, moves nothing and can be read", async () => {
	for (const as of ["desktop", "still"])
		await visit("/?q=bank&in=members", async (page) => {
			await page.route(PART, async (route) => {
				await new Promise((resolve) => setTimeout(resolve, 2500));
				await route.continue().catch(() => {});
			});
			await type(page, "s");
			await page.locator("#results[aria-busy=true]").waitFor();
			const moving = await page.evaluate(() => document.getAnimations().length);
			assert.equal(moving, as === "still" ? 0 : 1);
			await expectAccessible(page);
			await shows(page, "/?q=banks&in=members");
			assert.equal(await page.locator("#results[aria-busy]").count(), 0);
		}, { as });
});

claim("results that come move nothing around them", async () => {
	for (const as of ["desktop", "phone"])
		await visit("/?q=s&in=members", async (page) => {
			await page.evaluate(() => {
				window.shifted = [];
				new PerformanceObserver((list) => window.shifted.push(...list.getEntries().map((entry) => ({
					value: entry.value,
					what: entry.sources.map(({ node }) => node?.nodeName + "." + (node?.className ?? "")),
				})))).observe({ type: "layout-shift", buffered: false });
			});
			const around = () => page.evaluate(() => [".top", ".home", ".box", "#q", "#results", ".tabs"].map((each) => {
				const { x, y, width } = document.querySelector(each).getBoundingClientRect();
				return [each, x, y, width];
			}));
			const before = await around();
			for (const [key, wanted] of [["e", "se"], ["c", "sec"], ["u", "secu"]]) {
				await type(page, key);
				await shows(page, `/?q=${wanted}&in=members`);
				assert.deepEqual(await around(), before);
			}
			await page.waitForTimeout(300);
			const shifted = await page.evaluate(() => window.shifted);
			const sum = shifted.reduce((all, { value }) => all + value, 0);
			assert.ok(sum < 0.01, JSON.stringify(shifted));
		}, { as });
});

claim("a server that fails is told of, and the next key asks again", async () => {
	const ways = [
		[(route) => route.abort(), [/ERR_FAILED/]],
		[(route) => route.fulfill({ status: 503, body: "x" }), [/503/]],
		[(route) => route.fulfill({ status: 200, contentType: "text/html", body: "<p>a login</p>" }), []],
	];
	for (const [fail, expect] of ways)
		await visit("/?q=bank&in=members", async (page) => {
			await page.route(PART, fail);
			await type(page, "s");
			const alert = page.getByRole("alert");
			await alert.waitFor();
			assert.equal(await alert.textContent(), "The search does not answer just now");
			assert.equal(await page.locator("#results[aria-busy]").count(), 0);
			assert.ok(await page.locator(".hit").count() > 0, "what was there stays");
			await expectAccessible(page);
			await page.unroute(PART);
			await page.keyboard.type("y");
			await shows(page, "/?q=banksy&in=members");
			assert.equal(await alert.count(), 0);
		}, { expect });
});

/* ---- tongues and screens ---- */

claim("each tongue is that of the browser or the one chosen, and stays", async () => {
	const words = { en: /^\d+ results? for “bank”/, fr: /^\d+ résultats? pour/, de: /^\d+ Treffer für/ };
	for (const locale of ["en-GB", "fr-BE", "de-AT", "nl-NL"])
		await visit("/", async (page) => {
			const tongue = locale.startsWith("nl") ? "en" : locale.slice(0, 2);
			assert.equal(await page.locator("html").getAttribute("lang"), tongue);
			await type(page, "bank");
			await shows(page, "/?q=bank");
			assert.match(await count(page), words[tongue]);
		}, { locale });
	await visit("/?q=bank", async (page) => {
		await page.getByRole("link", { name: "Français" }).click();
		await page.waitForURL(/ui=fr/);
		assert.equal(await page.locator("html").getAttribute("lang"), "fr");
		await page.locator("#tab-1").click();
		await shows(page, "/?q=bank&in=members&ui=fr");
		assert.match(await count(page), words.fr);
		assert.match(await page.locator("#facet-country summary").first().textContent(), /Pays/);
	});
});

claim("the switch of tongues keeps what was typed and chosen since", async () => {
	await visit("/", async (page) => {
		await type(page, "bank");
		await shows(page, "/?q=bank");
		await page.locator("#tab-1").click();
		await shows(page, "/?q=bank&in=members");
		await page.getByRole("link", { name: "Deutsch" }).click();
		await page.waitForURL(/ui=de/);
		assert.equal(await address(page), "/?q=bank&in=members&ui=de");
	});
});

claim("on a phone the filters unfold, and fold again with the results", async () => {
	await visit("/?in=members", async (page) => {
		const panel = page.locator("#panel");
		assert.ok(!await panel.isVisible());
		await page.locator("#tofilters").tap();
		assert.ok(await panel.isVisible());
		await page.locator("#f-sectors-finance").tap();
		await until(async () => /sectors=finance/.test(await address(page)));
		assert.ok(await panel.isVisible());
		await expectAccessible(page);
		await page.locator(".toresults a").tap();
		assert.ok(!await panel.isVisible());
		assert.equal(await page.locator("#tofilters .n").textContent(), "1");
		assert.equal(await focused(page), "tofilters");
	}, { as: "phone" });
});

claim("states made by the script are as accessible as those that were loaded", async () => {
	await visit("/", async (page) => {
		await type(page, "security");
		await shows(page, "/?q=security");
		await expectAccessible(page);
		await page.locator("#tab-1").click();
		await shows(page, "/?q=security&in=members");
		await expectAccessible(page);
		await page.locator("#q").fill("");
		await page.locator("#tab-0").click();
		await shows(page, "/");
		await expectAccessible(page);
	});
});

claim("a link takes along what was typed and is not yet shown", async () => {
	await visit("/?q=bank", async (page) => {
		await page.route(PART, async (route) => {
			await new Promise((resolve) => setTimeout(resolve, 500));
			await route.continue().catch(() => {});
		});
		await page.locator("#q").fill("energy");
		await page.waitForTimeout(200);
		await page.locator("#tab-1").click();
		await shows(page, "/?q=energy&in=members");
		assert.equal(await page.locator("#q").inputValue(), "energy");
	});
});

/* ---- by keyboard ---- */

/* What one presses Tab to, in order, until it begins again. */
async function tabStops(page) {
	const stops = [];
	await page.locator(".skip").first().focus();
	await page.keyboard.press("Shift+Tab");
	for (;;) {
		await page.keyboard.press("Tab");
		const stop = await page.evaluate(() => {
			const at = document.activeElement;
			const style = getComputedStyle(at);
			const box = at.getBoundingClientRect();
			at.dataset.reached = "";
			return {
				name: at.id || at.textContent.trim().slice(0, 40) || at.nodeName, body: at === document.body,
				visible: style.outlineStyle !== "none" || at.closest("svg") !== null,
				onScreen: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
			};
		});
		if (stop.body || stops.length > 600)
			return stops;
		stops.push(stop);
	}
}

claim("all that can be used is reached by Tab, and is seen when it is", async () => {
	for (const target of ["/", "/?q=security", "/?q=supply&in=agenda", "/?in=members&country=BE&sectors=finance&all=city"])
		await visit(target, async (page) => {
			const stops = await tabStops(page);
			assert.deepEqual(stops.filter((stop) => !stop.visible || !stop.onScreen), []);
			const missed = await page.locator("a[href], button, input:not([type=hidden]), select, summary").evaluateAll((all) =>
			    all.filter((each) => each.checkVisibility({ visibilityProperty: true }) && each.dataset.reached === undefined)
			        .map((each) => each.outerHTML.slice(0, 120)));
			assert.deepEqual(missed, []);
		});
});

claim("by keys alone one searches, chooses, unfolds, turns the page and opens a hit", async () => {
	await visit("/", async (page) => {
		await page.keyboard.type("security", { delay: 15 });
		await shows(page, "/?q=security");
		await page.locator("#tab-1").focus();
		await page.keyboard.press("Enter");
		await shows(page, "/?q=security&in=members");
		await page.locator("#facet-founded summary").first().focus();
		const open = () => page.locator("#facet-founded").evaluate((details) => details.open);
		const before = await open();
		await page.keyboard.press("Enter");
		assert.equal(await open(), !before);
		await page.locator("#facet-country input").first().focus();
		await page.keyboard.press("Space");
		await until(async () => /country=/.test(await address(page)));
		assert.equal(await open(), !before);
		await page.keyboard.press("Space");
		await shows(page, "/?q=security&in=members");
		await page.locator(".paging a").last().focus();
		await page.keyboard.press("Enter");
		await shows(page, "/?q=security&in=members&page=2");
		await page.locator(".hit a").first().focus();
		await page.keyboard.press("Enter");
		await page.waitForURL(/\/show\/members\//);
	});
	await visit("/?q=bank&in=members", async (page) => {
		await page.evaluate(() => document.activeElement.blur());
		await page.keyboard.press("Tab");
		await page.keyboard.press("Enter");
		assert.equal(await focused(page), "main");
		assert.equal(await address(page), "/?q=bank&in=members");
	});
});

await run(async () => {
	await browser.close();
	await daemon.stop();
});
