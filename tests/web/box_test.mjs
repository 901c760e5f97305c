#!/usr/bin/env node
// SPDX-License-Identifier: ISC
/* The search box on pages of another origin, as visitors and authors of these use it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import { gzipSync } from "node:zlib";

import { expectAccessible } from "./lib/axe.mjs";
import { Browser, until } from "./lib/browser.mjs";
import { Daemon } from "./lib/daemon.mjs";
import { ROOT } from "./lib/places.mjs";
import { claim, run } from "./lib/tap.mjs";

const daemon = await Daemon.withCorpus();
const browser = await Browser.launch();

/* ---- a site of somebody else, which names the daemon in its policy and no more ---- */

function policy(more) {
	return `default-src 'none'; script-src ${daemon.url}; connect-src ${daemon.url}; style-src 'self'; ` +
	    `form-action 'self'; base-uri 'none'; require-trusted-types-for 'script'; ${more}`;
}

let content; /* {body, css, lang, csp}: what the site shows next */

function answer(request, reply) {
	if (request.url.startsWith("/search/")) {
		const onward = http.request(daemon.url + request.url.slice(7),
		    { method: request.method, headers: request.headers }, (from) => {
			reply.writeHead(from.statusCode, from.headers);
			from.pipe(reply);
		});
		request.pipe(onward);
		return;
	}
	if (request.url === "/site.css") {
		reply.writeHead(200, { "Content-Type": "text/css" }).end(content.css);
		return;
	}
	reply.writeHead(200, {
		"Content-Type": "text/html; charset=utf-8",
		"Content-Security-Policy": content.csp ?? policy(""),
	});
	reply.end(`<!DOCTYPE html><html lang="${content.lang ?? "en"}"><head><title>A site</title>` +
	    `<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/site.css">` +
	    `<script src="${content.script ?? daemon.url + "/embed.js"}" defer></script></head>` +
	    `<body><main><h1>A site</h1>${content.body}<p id="after">A paragraph after it.</p></main></body></html>`);
}

const site = await new Promise((resolve) => {
	const server = http.createServer(answer).listen(0, "127.0.0.1", () => resolve(server));
});
const SITE = `http://127.0.0.1:${site.address().port}`;
const CSS = "ec-search { display: block; min-height: 46px } body { font-family: sans-serif; margin: 1rem } #after { margin-block: 1rem }";

/* Visit a page with a box, or what else is its body. */
function visit(shown, doing) {
	const { body = "<ec-search></ec-search>", css = CSS, lang, csp, script, ...settings } = shown;

	return browser.visit({ hosts: [SITE, daemon.url], ...settings }, async (page, context) => {
		content = { body, css, lang, csp, script };
		/* Where a hit leads is the box's matter, what is there is not. */
		await context.route(daemon.url + "/show/**", (route) => route.fulfill({
			body: "<!DOCTYPE html><title>A document</title>", contentType: "text/html",
		}));
		await page.goto(SITE + "/");
		await doing(new Box(page), page, context);
	});
}

/* A box as a visitor sees it. */
class Box {
	constructor(page, element = "ec-search") {
		this.page = page;
		this.element = page.locator(element);
		this.input = this.element.getByRole("combobox");
		this.list = this.element.getByRole("listbox");
		this.options = this.element.getByRole("option");
		this.note = this.element.locator(".note");
	}

	async type(text) {
		await this.input.pressSequentially(text);
	}

	/*
	 * Type letter after letter without a pause, however slow the machine;
	 * a negative number deletes so many.
	 */
	async typeAtOnce(text) {
		await this.input.evaluate((input, typed) => {
			const texts = typeof typed === "number"
			    ? Array.from({ length: -typed }, (_, i) => input.value.slice(0, -1 - i))
			    : Array.from(typed, (_, i) => input.value + typed.slice(0, i + 1));

			for (const value of texts) {
				input.value = value;
				input.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
			}
		}, text);
	}

	/* Type, and wait for the answer to all of it. */
	async ask(text) {
		const answered = this.next("results", await this.input.inputValue() + text);

		await this.type(text);
		return answered;
	}

	/* What the next event of this name tells (of this question). */
	next(name, q) {
		return this.element.evaluate((box, [event, wanted]) => new Promise((resolve, reject) => {
			const hear = ({ detail }) => {
				if (wanted !== undefined && detail.q !== wanted)
					return;
				box.removeEventListener("ec-search:" + event, hear);
				resolve(JSON.parse(JSON.stringify(detail)));
			};
			box.addEventListener("ec-search:" + event, hear);
			setTimeout(() => reject(new Error(`no ${event} of ${wanted}`)), 30000);
		}), [name, q]);
	}

	press(key) {
		return this.input.press(key);
	}

	expanded() {
		return this.input.getAttribute("aria-expanded");
	}

	/* The place of the active option among all, -1: none. */
	active() {
		return this.element.evaluate(({ shadowRoot: root }) => {
			const input = root.querySelector("input");
			const rows = [...root.querySelectorAll("[role=option]")];
			const selected = rows.findIndex((row) => row.getAttribute("aria-selected") === "true");
			const told = rows.findIndex((row) => row.id === input.getAttribute("aria-activedescendant"));

			return selected === told ? told : NaN;
		});
	}

	status() {
		return this.element.getByRole("status").textContent();
	}
}

/* Addresses asked of the daemon from now on, without their origin. */
function listen(page) {
	const asked = [];

	page.on("request", (request) => {
		if (request.url().startsWith(daemon.url + "/v1/") && request.method() !== "OPTIONS")
			asked.push(decodeURIComponent(request.url().slice(daemon.url.length)));
	});
	return asked;
}

const hold = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/* ---- finding ---- */

claim("one line puts it on a page with a strict policy, and it shows what /v1 finds", async () => {
	await visit({}, async (box) => {
		await box.ask("certif");
		assert.equal(await box.expanded(), "true");
		let all = 0;
		for (const [collection, label] of [["members", "Members"], ["groups", "Working groups"], ["agenda", "Research agenda"]]) {
			const found = await daemon.search(collection, { q: "certif", prefix: "last" });
			const group = box.element.getByRole("group", { name: `${label} ${found.total.value}`, exact: true });
			assert.ok(found.total.value > 0, collection);
			assert.equal(await group.getByRole("option").count(), Math.min(3, found.total.value), collection);
			all += found.total.value;
		}
		assert.equal(await box.options.last().textContent(), `Show all ${all} results`);
		assert.match(await box.status(), new RegExp(`^${all} results$`));
	});
});

claim("what was typed is marked, and a hit of a long document has its place", async () => {
	await visit({ body: '<ec-search in="agenda"></ec-search>' }, async (box) => {
		await box.ask("supply chain");
		const marks = (await box.element.locator("mark").allTextContents()).map((text) => text.toLowerCase());
		assert.ok(marks.length > 2 && marks.some((text) => text.includes("supply")), String(marks));
		const [{ passages: [passage] }] = (await daemon.search("agenda", { q: "supply chain", prefix: "last" })).hits
		    .filter((hit) => hit.passages.length > 0);
		const row = box.options.filter({ hasText: passage.section }).first();
		assert.match(await row.locator(".place").textContent(), new RegExp(`p\\. ${passage.page}$`));
		assert.ok((await row.getAttribute("href")).includes(`/${passage.id}?`));
	});
});

claim("a value of a facet and a phrase are suggested, and lead to the page of their results", async () => {
	await visit({}, async (box, page) => {
		await box.ask("healthc");
		const row = box.element.getByRole("group", { name: "Suggestions" }).getByRole("option", { name: /Healthcare.*Sector/ });
		const address = new URL(await row.first().getAttribute("href"));
		assert.equal(address.searchParams.get("sectors"), "healthcare");
		await row.first().click();
		await page.waitForURL(/sectors=healthcare/);
		await until(async () => (await page.title()).length > 0);
	});
});

claim("a word with a slip finds what was meant, and says so", async () => {
	await visit({}, async (box) => {
		const meant = (await daemon.search("members", { q: "kryptograf securty", prefix: "last" })).query.corrected;
		await box.ask("cybersecurty");
		assert.equal(meant === null || typeof meant.q, meant === null ? true : "string");
		assert.equal(await box.note.textContent(), "Also showing results for “cybersecurity”");
		assert.match(await box.status(), /Also showing results.*\d+ results/);
	});
});

claim("text of the server is never taken for HTML", async () => {
	const name = `<img src="x" onerror="alert(1)"> & 'Zwyx' <mark>evil</mark>`;
	await daemon.load("members", [JSON.stringify({ id: "hostile", name, profile: "<script>alert(2)</script> zwyxian" })]);
	try {
		await visit({}, async (box) => {
			for (const typed of ["zwyx", "zwyxian"]) {
				await box.input.fill("");
				await box.ask(typed);
				assert.equal(await box.element.locator(".title").first().textContent(), name);
				assert.equal(await box.element.locator("img, script").count(), 0);
			}
		});
	} finally {
		await daemon.ask("/v1/collections/members/documents/hostile", { method: "DELETE", key: daemon.key });
	}
});

claim("nothing found is said, and the list is closed", async () => {
	await visit({}, async (box) => {
		await box.ask("xqzzyqx");
		assert.match(await box.note.textContent(), /^Nothing found for “xqzzyqx”/);
		assert.match(await box.status(), /Nothing found.*0 results/);
		assert.equal(await box.expanded(), "false");
		await box.press("ArrowDown");
		assert.equal(await box.active(), -1);
	});
});

/* ---- keys and pointer ---- */

claim("the arrows go through all rows and around, and the text stays editable", async () => {
	await visit({}, async (box) => {
		await box.ask("security");
		const n = await box.options.count();
		assert.equal(await box.active(), -1);
		for (const [key, place] of [["ArrowDown", 0], ["ArrowDown", 1], ["ArrowUp", 0], ["ArrowUp", n - 1],
			["ArrowDown", 0], ["Home", -1], ["ArrowUp", n - 1], ["End", -1], ["ArrowDown", 0], ["ArrowLeft", -1]]) {
			await box.press(key);
			assert.equal(await box.active(), place, key);
		}
		const groups = await box.element.getByRole("group").count();
		let before = -1;
		for (let i = 0; i <= groups; i++) {
			await box.press("PageDown");
			const place = await box.active();
			assert.ok(place > before, `${place} after ${before}`);
			before = place;
		}
		assert.equal(before, n - 1);
		await box.press("PageUp");
		assert.ok(await box.active() < n - 1);
		await box.press("End");
		await box.press("Backspace");
		assert.equal(await box.input.inputValue(), "securit");
	});
});

claim("the active row is always in sight", async () => {
	await visit({ as: "phone" }, async (box) => {
		await box.ask("security");
		for (let i = await box.options.count(); i > 0; i--) {
			await box.press("ArrowUp");
			assert.ok(await box.element.evaluate(({ shadowRoot: root }) => {
				const row = root.querySelector("[aria-selected=true]").getBoundingClientRect();
				const list = root.querySelector("[role=listbox]").getBoundingClientRect();
				const foot = root.querySelector(".all");
				const floor = foot.getAttribute("aria-selected") === "true" ? list.bottom : foot.getBoundingClientRect().top;
				return row.top >= list.top - 1 && row.bottom <= floor + 1;
			}), `row ${i}`);
		}
	});
});

claim("enter opens the page of the row, and without one the page of all results", async () => {
	await visit({}, async (box, page) => {
		await box.ask("certification");
		await box.press("ArrowDown");
		while (!(await box.options.nth(await box.active()).getAttribute("href")).includes("/show/"))
			await box.press("ArrowDown");
		const href = await box.options.nth(await box.active()).getAttribute("href");
		await box.press("Enter");
		await page.waitForURL(href);
	});
	await visit({}, async (box, page) => {
		await box.ask("certification");
		await box.press("Enter");
		await page.waitForURL((url) => url.origin === daemon.url && url.searchParams.get("q") === "certification");
		assert.equal(await page.getByRole("searchbox").first().inputValue(), "certification");
	});
});

claim("escape closes, then clears; tab leaves; alt and up closes", async () => {
	await visit({}, async (box, page) => {
		await box.ask("security");
		await box.press("Escape");
		assert.equal(await box.expanded(), "false");
		assert.equal(await box.list.isVisible(), false);
		assert.equal(await box.input.inputValue(), "security");
		await box.press("ArrowDown");
		assert.equal(await box.expanded(), "true");
		await box.press("Alt+ArrowUp");
		assert.equal(await box.expanded(), "false");
		await box.press("Escape");
		assert.equal(await box.input.inputValue(), "");
		await box.ask("security");
		await box.press("Tab");
		assert.equal(await box.list.isVisible(), false);
		assert.equal(await page.evaluate(() => document.activeElement.localName), "body");
	});
});

claim("a click opens the row, with control in a tab of its own while the list stays", async () => {
	await visit({}, async (box, page, context) => {
		await box.ask("certification");
		const all = box.options.last();
		const href = await all.getAttribute("href");
		for (const open of [() => all.click({ modifiers: ["Control"] }), async () => {
			await box.press("ArrowUp");
			assert.equal(await all.getAttribute("aria-selected"), "true");
			await box.press("Control+Enter");
		}]) {
			const opened = context.waitForEvent("page");
			await open();
			await (await opened).waitForURL(href);
			assert.equal(await box.list.isVisible(), true);
		}
		const row = box.element.locator("a[href*='/show/']").first();
		const shown = await row.getAttribute("href");
		await row.click();
		await page.waitForURL(shown);
	});
});

claim("a click elsewhere closes, one on the text opens again", async () => {
	await visit({}, async (box, page) => {
		await box.ask("security");
		await page.mouse.click(5, 5);
		assert.equal(await box.list.isVisible(), false);
		await box.input.click();
		assert.equal(await box.list.isVisible(), true);
		await box.element.getByRole("button", { name: "Clear" }).click();
		assert.equal(await box.input.inputValue(), "");
		assert.equal(await box.list.isVisible(), false);
		assert.ok(await box.input.evaluate((input) => input.getRootNode().activeElement === input));
	});
});

claim("half a composed word is not searched, and enter that ends it sends nothing", async () => {
	await visit({}, async (box, page, context) => {
		const session = await context.newCDPSession(page);
		await box.input.focus();
		await session.send("Input.imeSetComposition", { text: "sec", selectionStart: 3, selectionEnd: 3 });
		const asked = listen(page);
		await box.input.evaluate((input) => input.dispatchEvent(new KeyboardEvent("keydown",
		    { key: "Enter", isComposing: true, bubbles: true, cancelable: true })));
		await hold(300);
		assert.deepEqual(asked, []);
		assert.equal(page.url(), SITE + "/");
		const answered = box.next("results");
		await session.send("Input.insertText", { text: "security" });
		assert.equal((await answered).q, "security");
	});
});

claim("a shortcut leads to it where the author wants one, but not while one types elsewhere", async () => {
	const body = '<input aria-label="other"><ec-search shortcut="/ ctrl+k"></ec-search>';
	await visit({ body }, async (box, page) => {
		const focused = () => page.evaluate(() => document.activeElement.localName);
		await page.keyboard.press("/");
		assert.equal(await focused(), "ec-search");
		await page.getByLabel("other").focus();
		await page.keyboard.press("/");
		assert.equal(await page.getByLabel("other").inputValue(), "/");
		await page.keyboard.press("Control+k");
		assert.equal(await focused(), "ec-search");
	});
	await visit({}, async (box, page) => {
		await page.keyboard.press("/");
		assert.equal(await page.evaluate(() => document.activeElement.localName), "body");
	});
});

/* ---- slow and failing servers ---- */

claim("an old answer that comes late changes nothing", async () => {
	await visit({}, async (box, page) => {
		let late;
		const came = new Promise((resolve) => { late = resolve; });
		await page.route(/q=sec(&|$)/, async (route) => {
			await hold(900);
			await route.continue().catch(() => {});
			late();
		});
		await box.type("sec");
		await page.waitForRequest(/q=sec(&|$)/);
		const answered = box.next("results", "security");
		await box.type("urity");
		await answered;
		const shown = await box.list.textContent();
		await came;
		await hold(200);
		assert.equal(await box.list.textContent(), shown);
	});
});

claim("fast typing asks once, and what was asked is not asked again", async () => {
	await visit({}, async (box, page) => {
		await box.ask("cyber");
		const asked = listen(page);
		const answered = box.next("results", "cyber security");
		await box.typeAtOnce(" security");
		await answered;
		assert.deepEqual([...new Set(asked.map((address) => new URL(address, SITE).searchParams.get("q")))], ["cyber security"]);
		assert.ok(asked.every((address) => address.includes("/suggest") || address.includes("count=false")), String(asked));
		asked.length = 0;
		await box.typeAtOnce(-" security".length);
		await until(async () => (await box.options.last().textContent()).includes("Show all"));
		await hold(250);
		assert.deepEqual(asked, []);
	});
});

claim("after a while it is shown that an answer is awaited, and nothing moves", async () => {
	await visit({ as: "still" }, async (box, page) => {
		let release;
		const held = new Promise((resolve) => { release = resolve; });
		await page.route(/\/v1\/.*search/, async (route) => {
			await held;
			await route.continue();
		});
		const before = await page.locator("#after").boundingBox();
		const size = await box.element.boundingBox();
		const answered = box.next("results");
		await box.type("security");
		await box.element.locator(".icon.wait").waitFor();
		assert.equal(await box.status(), "Searching…");
		assert.equal(await box.element.locator(".icon.wait").evaluate((icon) => getComputedStyle(icon).animationName), "none");
		release();
		await answered;
		await box.element.locator(".icon.wait").waitFor({ state: "hidden" });
		assert.deepEqual(await page.locator("#after").boundingBox(), before);
		assert.deepEqual(await box.element.boundingBox(), size);
		const shifts = await page.evaluate(() => new Promise((resolve) => {
			new PerformanceObserver((list) => resolve(list.getEntries().filter((entry) => !entry.hadRecentInput).length))
			    .observe({ type: "layout-shift", buffered: true });
			setTimeout(() => resolve(0), 200);
		}));
		assert.equal(shifts, 0);
	});
});

claim("a server that is down is told, and is asked again at the next key", async () => {
	await visit({ expect: [/ERR_FAILED/] }, async (box, page) => {
		await page.route(/\/v1\//, (route) => route.abort());
		const failed = box.next("error");
		await box.type("securi");
		assert.equal((await failed).status, 0);
		assert.match(await box.note.textContent(), /^The search is not answering/);
		assert.match(await box.status(), /not answering/);
		assert.equal(await box.expanded(), "false");
		await page.unroute(/\/v1\//);
		const answered = box.next("results");
		await box.type("t");
		await answered;
		assert.equal(await box.expanded(), "true");
		assert.equal(await box.note.isVisible(), false);
	});
	await visit({ expect: [/status of 503/] }, async (box, page) => {
		await page.route(/\/members\/search/, (route) => route.fulfill({ status: 503, body: "{}",
			headers: { "Access-Control-Allow-Origin": "*", "Content-Type": "application/problem+json" } }));
		const failed = box.next("error");
		await box.type("security");
		assert.equal((await failed).status, 503);
	});
});

claim("without a connection it says so, and goes on when there is one", async () => {
	await visit({ expect: [/ERR_INTERNET_DISCONNECTED/] }, async (box, page, context) => {
		await box.ask("cyber");
		await context.setOffline(true);
		const failed = box.next("error");
		await box.typeAtOnce(" security");
		await failed;
		assert.match(await box.note.textContent(), /^You are offline/);
		const answered = box.next("results", "cyber security");
		/* The page listens before there is something to hear. */
		await box.element.evaluate(() => {});
		await context.setOffline(false);
		await answered;
		assert.equal(await box.expanded(), "true");
	});
});

/* ---- what authors set ---- */

claim("attributes choose collections, number, words, the least to type and where enter goes", async () => {
	const body = '<ec-search in="groups,members" limit="2" placeholder="Find" label="Find a member" min="3" ' +
	    'action="/results?from=box"></ec-search>';
	await visit({ body }, async (box, page) => {
		const asked = listen(page);
		assert.equal(await box.input.getAttribute("placeholder"), "Find");
		assert.ok(await box.element.getByRole("combobox", { name: "Find a member" }).isVisible());
		await box.type("se");
		await hold(300);
		assert.deepEqual(asked, []);
		const answered = box.next("results");
		await box.type("curity");
		const { sections } = await answered;
		assert.deepEqual(sections.map(({ name }) => name), ["groups", "members"]);
		assert.equal(await box.element.getByRole("group", { name: /^Members/ }).getByRole("option").count(), 2);
		await box.press("Enter");
		await page.waitForURL(SITE + "/results?from=box&q=security");
	});
});

claim("a collection that is not there is told to the author", async () => {
	await visit({ body: '<ec-search in="membres"></ec-search>' }, async (box) => {
		const failed = box.next("error");
		await box.type("security");
		assert.deepEqual(await failed, { q: "security", status: 404, message: 'there is no collection "membres"' });
	});
});

claim("a key is sent, and shows what it may; a wrong one is told", async () => {
	const made = await daemon.ask("/v1/keys", { method: "POST", key: daemon.key,
		headers: { "Content-Type": "application/json" },
		body: JSON.stringify({ name: "box", rights: ["search"], filter: "country:BE" }) });
	assert.equal(made.status, 201, made.text);
	const q = "security";
	const all = await daemon.search("members", { q, prefix: "last" });
	const belgian = await daemon.search("members", { q, prefix: "last", filter: "country:BE" });
	assert.ok(belgian.total.value > 0 && belgian.total.value < all.total.value);
	await visit({ body: `<ec-search in="members" key="${made.json.key ?? made.json.secret}"></ec-search>` }, async (box) => {
		assert.equal((await box.ask(q)).total, belgian.total.value);
	});
	await visit({ body: '<ec-search key="wrong"></ec-search>', expect: [/status of 401/] }, async (box) => {
		const failed = box.next("error");
		await box.type(q);
		assert.equal((await failed).status, 401);
		assert.match(await box.note.textContent(), /not answering/);
	});
});

claim("a page may act on results and take a choice for itself", async () => {
	await visit({}, async (box, page) => {
		assert.ok((await box.ask("wg1")).sections.some(({ name }) => name === "groups"));
		const chosen = box.element.evaluate((element) => new Promise((resolve) => {
			document.addEventListener("ec-search:choose", (event) => {
				event.preventDefault();
				const { kind, collection, id, q, document: shown } = event.detail;
				resolve({ kind, collection, id, q, name: shown.name, same: event.target === element });
			});
		}));
		const group = (await daemon.search("groups", { q: "wg1" })).hits[0];
		await box.element.getByRole("group", { name: /^Working groups/ }).getByRole("option").first().click();
		assert.deepEqual(await chosen, { kind: "hit", collection: "groups", id: group.id, q: "wg1",
			name: group.document.name, same: true });
		assert.equal(page.url(), SITE + "/");
		assert.equal(await box.list.isVisible(), false);
	});
});

claim("what is chosen is counted by its place, unless the author says no", async () => {
	for (const [attributes, reports] of [['in="members"', true], ["no-clicks", false]])
		await visit({ body: `<ec-search ${attributes}></ec-search>` }, async (box, page) => {
			await box.ask("security");
			const asked = listen(page);
			const clicks = [];
			page.on("request", (request) => {
				if (request.url() === daemon.url + "/v1/clicks")
					clicks.push(JSON.parse(request.postData()));
			});
			await box.element.locator("a[href*='/show/']").nth(1).click();
			await page.waitForURL(/\/show\//);
			await hold(200);
			assert.deepEqual(clicks, reports ? [{ q: "security", rank: 2, collection: "members" }] : []);
			assert.equal(asked.filter((address) => address.startsWith("/v1/search?q=security")).length, reports ? 1 : 0);
		});
});

claim("a search that finds nothing is counted when one stops typing", async () => {
	await visit({}, async (box, page) => {
		const counted = page.waitForRequest(/\/v1\/search\?q=xqzzyq&/);
		await box.ask("xqzzyq");
		assert.ok(!(await counted).url().includes("count="));
	});
});

claim("a form inside works without scripts, and says where enter goes with them", async () => {
	const form = `<form action="/find"><input name="words" aria-label="Search"><button>Go</button></form>`;
	await visit({ as: "no-script", body: `<ec-search>${form}</ec-search>` }, async (box, page) => {
		await page.getByLabel("Search").fill("certification");
		await page.getByRole("button").click();
		await page.waitForURL(SITE + "/find?words=certification");
	});
	await visit({ body: `<ec-search>${form}</ec-search>` }, async (box, page) => {
		assert.equal(await page.getByRole("button", { name: "Go" }).isVisible(), false);
		await box.ask("certification");
		await box.press("Enter");
		await page.waitForURL(SITE + "/find?words=certification");
	});
});

claim("behind a path of the site's own server it needs nothing but 'self'", async () => {
	const csp = "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'";
	await visit({ csp, script: "/search/embed.js", hosts: [SITE] }, async (box) => {
		const { total } = await box.ask("security");
		assert.ok(total > 0);
		const href = await box.element.locator("a[href*='/show/']").first().getAttribute("href");
		assert.ok(href.startsWith(SITE + "/search/show/"), href);
	});
	const body = `<ec-search host="${SITE}/search/"></ec-search>`;
	await visit({ csp: policy(`connect-src 'self'`).replace(/connect-src \S+; /, ""), body }, async (box) => {
		assert.ok((await box.ask("security")).total > 0);
	});
});

claim("two boxes on a page do not disturb each other", async () => {
	const body = '<ec-search id="one" label="Members" in="members"></ec-search>' +
	    '<ec-search id="two" label="Agenda" in="agenda"></ec-search>';
	await visit({ body }, async (_, page) => {
		const [one, two] = [new Box(page, "#one"), new Box(page, "#two")];
		assert.deepEqual((await one.ask("security")).sections.map(({ name }) => name), ["members"]);
		assert.deepEqual((await two.ask("cyber")).sections.map(({ name }) => name), ["agenda"]);
		assert.equal(await one.list.isVisible(), false);
		assert.equal(await one.input.inputValue(), "security");
		await expectAccessible(page);
		await one.press("ArrowDown");
		assert.equal(await two.list.isVisible(), false);
		assert.equal(await one.list.isVisible(), true);
	});
});

claim("taken out and put in again it works, and leaves no listener behind", async () => {
	await visit({}, async (box, page, context) => {
		const session = await context.newCDPSession(page);
		const listeners = async () => {
			const found = [];
			for (const expression of ["window", "document", "visualViewport"]) {
				const { result } = await session.send("Runtime.evaluate", { expression });
				const { listeners: all } = await session.send("DOMDebugger.getEventListeners", { objectId: result.objectId });
				found.push(...all.map(({ type }) => `${expression} ${type}`));
			}
			return found.sort();
		};
		/* The tools that type have listeners of their own, from the first key on. */
		await box.ask("security");
		await box.input.fill("");
		const before = await listeners();
		for (let i = 0; i < 5; i++) {
			await box.input.fill("");
			await box.ask("security");
			await page.evaluate(() => {
				const element = document.querySelector("ec-search");
				const place = element.parentElement;
				element.remove();
				place.prepend(element);
			});
			assert.equal(await box.list.isVisible(), false);
		}
		assert.deepEqual(await listeners(), before);
		await page.evaluate(() => document.querySelector("ec-search").remove());
		assert.ok((await listeners()).length < before.length);
	});
});

claim("a script that is loaded twice makes no error", async () => {
	await visit({ body: `<ec-search></ec-search><script src="${daemon.url}/embed.js" defer></script>` }, async (box) => {
		assert.ok((await box.ask("security")).total > 0);
	});
});

/* ---- languages, sizes, colours ---- */

claim("it speaks the language of its attribute, of the page, or of the visitor", async () => {
	const words = {
		en: ["Search", /^Show all \d+ results$/, "Research agenda"],
		fr: ["Rechercher", /^Voir les \d+ résultats$/, "Agenda de recherche"],
		de: ["Suchen", /^Alle \d+ Treffer zeigen$/, "Forschungsagenda"],
	};
	for (const [lang, [label, all, agenda]] of Object.entries(words))
		for (const shown of [
			{ lang: "pl", body: `<ec-search lang="${lang}-BE"></ec-search>` },
			{ lang: `${lang}-LU`, locale: "nl-NL" },
			{ lang: "xx", locale: lang },
		])
			await visit(shown, async (box) => {
				assert.equal(await box.input.getAttribute("placeholder"), label);
				await box.ask("security");
				assert.match(await box.options.last().textContent(), all);
				assert.ok(await box.element.getByText(agenda, { exact: true }).isVisible());
			});
});

claim("on a small phone, with large text too, it fits and can be hit with a finger", async () => {
	for (const as of ["phone", "phone large-text"])
		await visit({ as }, async (box, page) => {
			await box.ask("security");
			await page.waitForTimeout(50);
			const { small, wide, panel } = await box.element.evaluate(({ shadowRoot: root }) => ({
				small: [...root.querySelectorAll("form, button, [role=option]")].map((each) => each.getBoundingClientRect())
				    .filter(({ width, height }) => Math.min(width, height) < 44).length,
				wide: document.documentElement.scrollWidth,
				panel: root.querySelector(".panel").getBoundingClientRect().toJSON(),
			}));
			assert.equal(small, 0);
			assert.ok(wide <= 320, `${as}: ${wide}`);
			assert.ok(panel.left >= 0 && panel.right <= 320, JSON.stringify(panel));
			await box.element.locator("a[href*='/show/']").first().tap();
			await page.waitForURL(/\/show\//);
		});
});

claim("in a narrow, clipping, sticky header the panel is whole and goes along", async () => {
	const css = "body { margin: 0 } header { position: sticky; top: 0; overflow: hidden; padding: 8px; background: #123 }" +
	    " ec-search { width: 180px; margin-left: auto } #after { height: 3000px }";
	await visit({ css, body: "<header><ec-search></ec-search></header>" }, async (box, page) => {
		await box.ask("security");
		await page.mouse.wheel(0, 700);
		await until(() => page.evaluate(() => scrollY > 500));
		await page.waitForTimeout(100);
		const input = await box.input.boundingBox();
		const panel = await box.element.locator(".panel").boundingBox();
		assert.ok(panel.width >= 400 && panel.x >= 0 && panel.x + panel.width <= 1280, JSON.stringify(panel));
		assert.ok(Math.abs(panel.y - (input.y + input.height)) < 20, JSON.stringify([input, panel]));
		const top = await page.evaluate(([x, y]) => document.elementFromPoint(x, y).localName, [panel.x + 200, panel.y + panel.height - 20]);
		assert.equal(top, "ec-search");
	});
});

claim("its colours follow the page's scheme and the author's choice", async () => {
	const colours = (page) => page.locator("ec-search").evaluate(({ shadowRoot: root }) =>
	    [".panel", ".title"].map((part) => root.querySelector(part))
		.map((each, i) => getComputedStyle(each)[i === 0 ? "backgroundColor" : "color"])
		.map((text) => text.match(/[\d.]+/g).slice(0, 3).reduce((sum, n) => sum + Number(n), 0)));
	for (const [css, dark] of [[CSS, false], [":root { color-scheme: light dark }", true]])
		await visit({ as: "dark", css }, async (box, page) => {
			await box.ask("security");
			const [background, text] = await colours(page);
			assert.equal(background < text, dark, `${background} ${text}`);
		});
	const css = "ec-search { --ec-search-background: rgb(1, 2, 3); --ec-search-text: rgb(250, 251, 252) }" +
	    " ec-search::part(option) { border-left: 5px solid red }";
	await visit({ css }, async (box, page) => {
		await box.ask("security");
		assert.deepEqual(await colours(page), [6, 753]);
		assert.equal(await box.options.first().evaluate((row) => getComputedStyle(row).borderLeftWidth), "5px");
	});
});

claim("axe finds nothing in any state, on the desktop, a phone, in the dark and with large text", async () => {
	for (const as of ["desktop", "phone", "dark", "large-text", "contrast"])
		await visit({ as, css: ":root { color-scheme: light dark }", expect: [/ERR_FAILED/] }, async (box, page) => {
			await expectAccessible(page);
			await box.ask("certification");
			await expectAccessible(page);
			await box.press("ArrowDown");
			await expectAccessible(page);
			await box.input.fill("");
			await box.ask("xqzzyqx");
			await expectAccessible(page);
			await page.route(/\/v1\//, (route) => route.abort());
			const failed = box.next("error");
			await box.type("y");
			await failed;
			await expectAccessible(page);
		});
});

claim("it is less than 15 kB compressed", async () => {
	const { length } = gzipSync(readFileSync(path.join(ROOT, "src", "web", "embed.js")), { level: 9 });
	const sent = await daemon.ask("/embed.js", { headers: { "Accept-Encoding": "identity" } });
	assert.ok(length < 15000, String(length));
	assert.equal(sent.text, readFileSync(path.join(ROOT, "src", "web", "embed.js"), "utf8"));
	assert.equal(sent.headers.get("cross-origin-resource-policy"), "cross-origin");
});

await run(async () => {
	site.close();
	await browser.close();
	await daemon.stop();
});
