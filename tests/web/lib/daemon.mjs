// SPDX-License-Identifier: ISC
/*
 * daemon - a real ecsearchd for a test: its own data, a free port, HTTP.
 *
 *	const daemon = await Daemon.start();        // an empty one
 *	const daemon = await Daemon.withCorpus();   // with the sample documents
 *	const daemon = await Daemon.start({ data: DIRECTORY });
 *	... daemon.url, daemon.key, await daemon.search("members", { q: "x" })
 *	await daemon.stop();
 *
 * A directory that was given is kept, one that was made is removed.  When the
 * test ends without having stopped it, the daemon is killed.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";

import { BUILD, ROOT, TEMPORARY, corpusFiles } from "./places.mjs";

const SERVING = /serving on 127\.0\.0\.1:(\d+)/;
const PATIENCE = 60000; /* ms until it must serve, or have ended */

const running = new Set();
process.on("exit", () => {
	for (const daemon of running)
		daemon.process.kill("SIGKILL");
});

function documents(file) {
	const text = readFileSync(file, "utf8");
	return file.endsWith(".ndjson") ? text.split("\n").filter(Boolean) :
	    [JSON.stringify(JSON.parse(text))];
}

export class Daemon {
	static async start({ data, schema, listen = "127.0.0.1:0", arguments: more = [] } = {}) {
		const daemon = new Daemon();
		daemon.made = data === undefined;
		daemon.data = data ?? mkdtempSync(TEMPORARY);
		daemon.command = ["--data", daemon.data,
			"--schema", schema ?? path.join(ROOT, "corpus", "schema.json"),
			"--listen", listen, ...more];
		await daemon.begin();
		return daemon;
	}

	static async withCorpus(settings) {
		const daemon = await Daemon.start(settings);
		for (const collection of ["members", "groups", "agenda"])
			await daemon.load(collection, corpusFiles(collection).flatMap(documents));
		return daemon;
	}

	/* Start the process; again after stop() or kill(), on another port. */
	async begin() {
		this.log = "";
		this.process = spawn(path.join(BUILD, "ecsearchd"), this.command,
		    { stdio: ["ignore", "ignore", "pipe"] });
		running.add(this);
		this.ended = new Promise((resolve) => this.process.on("exit", (code, signal) => {
			running.delete(this);
			resolve(code ?? signal);
		}));
		await this.serving();
		this.url = `http://127.0.0.1:${this.port}`;
		this.key = readFileSync(path.join(this.data, "admin.key"), "ascii").trim();
	}

	serving() {
		return new Promise((resolve, reject) => {
			const fail = () => reject(new Error(`ecsearchd does not serve: ${this.log}`));
			const timer = setTimeout(fail, PATIENCE);
			this.process.on("error", reject);
			this.process.on("exit", fail);
			this.process.stderr.on("data", (bytes) => {
				this.log += bytes;
				this.port = Number(SERVING.exec(this.log)?.[1]);
				if (!this.port)
					return;
				clearTimeout(timer);
				this.process.off("exit", fail);
				resolve();
			});
		});
	}

	/* Ends as an operator would end it; whatever is not 0 is an error. */
	async stop() {
		this.process.kill("SIGTERM");
		const code = await this.ended;
		if (this.made)
			rmSync(this.data, { recursive: true, force: true });
		if (code !== 0)
			throw new Error(`ecsearchd ended with ${code}: ${this.log.slice(-3000)}`);
	}

	/* Ends as a power cut would; the data stays for begin(). */
	async kill() {
		this.process.kill("SIGKILL");
		await this.ended;
	}

	/* The answer to a request as {status, headers, text, json}. */
	async ask(target, { method = "GET", body, headers = {}, key } = {}) {
		const all = { ...headers };
		if (key)
			all.Authorization = `Bearer ${key}`;
		const reply = await fetch(this.url + target, { method, body, headers: all, redirect: "manual" });
		const text = await reply.text();
		return {
			status: reply.status, headers: reply.headers, text,
			get json() { return JSON.parse(text); },
		};
	}

	/* A search by /v1, of one collection, or of all with null. */
	async search(collection, parameters) {
		const target = collection ? `/v1/collections/${collection}/search` : "/v1/search";
		const answer = await this.ask(target, {
			method: "POST", body: JSON.stringify(parameters),
			headers: { "Content-Type": "application/json" },
		});
		if (answer.status !== 200)
			throw new Error(`${target} ${JSON.stringify(parameters)}: ${answer.text}`);
		return answer.json;
	}

	/* Write documents, given as lines of JSON. */
	async load(collection, lines) {
		const answer = await this.ask(`/v1/collections/${collection}/documents`, {
			method: "POST", body: lines.join("\n") + "\n", key: this.key,
			headers: { "Content-Type": "application/x-ndjson" },
		});
		if (answer.status >= 300 || answer.json.failed)
			throw new Error(`loading ${collection}: ${answer.text}`);
	}
}
