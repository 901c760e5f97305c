#!/usr/bin/env node
// SPDX-License-Identifier: ISC
/* Every page in every state, as different visitors have it on their screens: what axe-core finds wrong. */
import assert from "node:assert/strict";

import { violations } from "./lib/axe.mjs";
import { Browser } from "./lib/browser.mjs";
import { Daemon } from "./lib/daemon.mjs";
import { claim, run } from "./lib/tap.mjs";

const daemon = await Daemon.withCorpus();
const browser = await Browser.launch();

/* Addresses, and what a visitor does there before it is looked at. */
const STATES = [
	{ name: "start", at: "/" },
	{ name: "all collections", at: "/?q=cryptography" },
	{ name: "all collections, French", at: "/?q=cryptographie&ui=fr" },
	{ name: "members", at: "/?q=security&in=members" },
	{ name: "members chosen by facets", at: "/?in=members&country=BE&country=FR&sectors=energy&founded=1950..2020" },
	{ name: "a facet with all its values", at: "/?in=members&all=country&ui=de" },
	{ name: "a search in a facet's values", at: "/?in=members&all=country&find=be" },
	{ name: "working groups, sorted", at: "/?in=groups&sort=name" },
	{ name: "agenda with passages", at: "/?q=supply+chain&in=agenda" },
	{ name: "agenda by topic and year", at: "/?in=agenda&topics=cryptography&year=2018..2025" },
	{ name: "second page", at: "/?in=members&page=2" },
	{ name: "corrected", at: "/?q=cyber+securty" },
	{ name: "no hits", at: "/?q=qqqxqqq" },
	{ name: "no hits in a collection, German", at: "/?q=qqqxqqq&in=members&country=BE&ui=de" },
	{ name: "a member's page", at: "/show/members/boehme-sicherheitstechnik" },
	{ name: "a member's page, French", at: "/show/members/adda-serena-energia?ui=fr" },
	{ name: "a working group's page", at: "/show/groups/wg1" },
	{ name: "a document's page", at: "/show/agenda/sria-2020" },
	{ name: "a passage's page", at: "/?q=supply+chain&in=agenda", does: openPassage },
	{ name: "no such member", at: "/show/members/nobody?ui=de", status: 404, expect: [/status of 404/] },
	{ name: "typed", at: "/", does: type },
	{ name: "every facet unfolded", at: "/?in=members", does: unfold },
];

async function openPassage(page) {
	await page.locator("#results a.place").first().click();
	await page.waitForURL(/\/show\/agenda\//);
}

async function type(page) {
	await page.fill("#q", "");
	await page.locator("#q").pressSequentially("crypto", { delay: 20 });
	await page.locator("#results mark").first().waitFor();
}

async function unfold(page) {
	await page.evaluate(() => {
		for (const each of document.querySelectorAll("details"))
			each.open = true;
	});
}

/* Can all be read by scrolling one way? */
async function sideways(page) {
	const { wide, view } = await page.evaluate(() => ({
		wide: document.documentElement.scrollWidth, view: document.documentElement.clientWidth,
	}));
	return wide > view ? [`the page is ${wide} pixels wide in ${view}`] : [];
}

/*
 * How the page is looked at, one after the other: loading it anew for each would
 * take most of the time.  Colours are all that a scheme changes.
 */
const LOOKS = [
	{ as: "wide screen", wide: 1280 },
	{ as: "dark", wide: 1280, dark: true, rules: ["color-contrast", "link-in-text-block"] },
	{ as: "text of twice the size", wide: 1280, text: 2 },
	{ as: "phone, text of twice the size", wide: 320, text: 2 },
	{ as: "phone", wide: 320 },
];

async function look(page, session, { as, wide, dark, text = 1, rules }) {
	await page.setViewportSize({ width: wide, height: 800 });
	await page.emulateMedia({ colorScheme: dark ? "dark" : "light" });
	await session.send("Page.setFontSizes", { fontSizes: { standard: 16 * text, fixed: 13 * text } });
	const found = [...await violations(page, { rules }), ...await sideways(page)];
	return found.map((line) => `${as}: ${line}`);
}

async function lookAll(state) {
	const settings = { as: state.as, hosts: [daemon.url], expect: state.expect };
	await browser.visit(settings, async (page, context) => {
		const reply = await page.goto(daemon.url + state.at);
		assert.equal(reply.status(), state.status ?? 200, state.at);
		await state.does?.(page);
		const session = await context.newCDPSession(page);
		const found = [];
		for (const each of LOOKS)
			found.push(...await look(page, session, each));
		assert.equal(found.join("\n"), "");
	});
}

for (const state of STATES)
	claim(`nothing is wrong with ${state.name}, however it is looked at`, () => lookAll(state));

await run(async () => {
	await browser.close();
	await daemon.stop();
});
