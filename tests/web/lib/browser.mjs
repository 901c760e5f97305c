// SPDX-License-Identifier: ISC
/*
 * browser - Debian's chromium, and visits that notice what must not happen.
 *
 *	const browser = await Browser.launch();
 *	await browser.visit({ as: "phone", hosts: [daemon.url] }, async (page) => {
 *		await page.goto(daemon.url + "/");
 *	});
 *	await browser.close();
 *
 * A visit fails when its page logs an error or a warning, throws, is refused
 * something by its Content-Security-Policy, or asks a host that is not listed.
 * What a test provokes it names in `expect`, as patterns; each must then come.
 * The time a visitor would wait for is long, as tests share the machine.
 */
import { browserProgram, require } from "./places.mjs";

const FLAGS = [
	"--disable-background-networking", "--disable-component-update",
	"--disable-gpu", "--disable-quic", "--disable-sync", "--no-first-run",
];
const PATIENCE = 30000; /* ms */

/* How a page can be visited; the names may be joined: "phone dark". */
const WAYS = {
	desktop: { viewport: { width: 1280, height: 800 } },
	wide: { viewport: { width: 1920, height: 1080 } },
	phone: { viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
	"no-script": { javaScriptEnabled: false },
	dark: { colorScheme: "dark" },
	still: { reducedMotion: "reduce" },
	contrast: { forcedColors: "active" },
	"large-text": {},
};

function settings(as) {
	const all = {};
	for (const name of `desktop ${as}`.split(" ").filter(Boolean)) {
		if (!(name in WAYS))
			throw new Error(`no way to visit is called ${name}`);
		Object.assign(all, WAYS[name]);
	}
	return all;
}

function own(url, hosts) {
	return !/^(https?|wss?|ftp):/.test(url) || hosts.some((host) => new URL(host).origin === new URL(url).origin);
}

/* Note in `seen` what happens in a context and should not. */
function watch(context, hosts, seen) {
	context.on("request", (request) => {
		if (!own(request.url(), hosts))
			seen.push(`request to another host: ${request.url()}`);
	});
	context.on("console", (message) => {
		if (["error", "warning"].includes(message.type()))
			seen.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
	});
	context.on("weberror", (error) => seen.push(`page error: ${error.error().stack}`));
}

/* The visitor's text at twice the size, as set in the browser. */
async function enlarge(context, page) {
	const session = await context.newCDPSession(page);
	await session.send("Page.enable");
	await session.send("Page.setFontSizes", { fontSizes: { standard: 32, fixed: 26 } });
}

export class Browser {
	static async launch() {
		const { chromium } = require("playwright-core");
		const browser = new Browser();
		browser.chromium = await chromium.launch({
			executablePath: browserProgram(), args: FLAGS, chromiumSandbox: false,
		});
		return browser;
	}

	/*
	 * as: ways, joined by spaces; hosts: origins that may be asked; locale:
	 * the visitor's language; expect: patterns of errors that must come.
	 * Anything else is a setting of playwright's new context.
	 */
	async visit({ as = "desktop", hosts = [], locale = "en-GB", expect = [], ...more }, doing) {
		const context = await this.chromium.newContext({ ...settings(as), locale, ...more });
		const seen = [];

		watch(context, hosts, seen);
		context.setDefaultTimeout(PATIENCE);
		try {
			const page = await context.newPage();
			if (as.split(" ").includes("large-text"))
				await enlarge(context, page);
			await doing(page, context);
		} catch (error) {
			if (seen.length)
				error.stack += `\nin the page: ${seen.join("\n")}`;
			throw error;
		} finally {
			await context.close();
		}
		const left = seen.filter((line) => !expect.some((pattern) => pattern.test(line)));
		const missed = expect.filter((pattern) => !seen.some((line) => pattern.test(line)));
		if (left.length)
			throw new Error(`in the page: ${left.join("\n")}`);
		if (missed.length)
			throw new Error(`did not come: ${missed.join(", ")}`);
	}

	close() {
		return this.chromium.close();
	}
}

/* Wait until `question`, asked again and again, answers something true. */
export async function until(question, what = String(question), patience = PATIENCE) {
	const end = Date.now() + patience;
	for (;;) {
		const answer = await question();
		if (answer)
			return answer;
		if (Date.now() > end)
			throw new Error(`waited in vain: ${what}`);
		await new Promise((resolve) => setTimeout(resolve, 30));
	}
}
