// SPDX-License-Identifier: ISC
/*
 * places - where the tree, the build and the npm packages are.
 *
 * The packages lie in the directory that was built in, which need not be the
 * tree; so they are required from there, not imported from beside a file.
 */
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const HERE = path.dirname(fileURLToPath(import.meta.url));

export const ROOT = path.resolve(HERE, "..", "..", "..");
export const BUILD = path.resolve(process.env.top_builddir || process.cwd());
export const WEB = path.join(ROOT, "tests", "web");
export const MODULES = path.join(BUILD, "tests", "web", "node_modules");
export const TEMPORARY = path.join(tmpdir(), "ecsearch-test-");

/* Data that is not part of the tree; a test that needs it is skipped without. */
export const SHARED = path.resolve(process.env.ECSEARCH_SHARED || path.join(ROOT, "..", "shared"));

export const require = createRequire(path.join(MODULES, "..", "package.json"));

/* The program of the browser: Debian's, or the one that was named. */
export function browserProgram() {
	const named = process.env.ECSEARCH_BROWSER;
	if (named)
		return named;
	const found = (process.env.PATH ?? "").split(path.delimiter)
	    .map((folder) => path.join(folder, "chromium")).find((file) => existsSync(file));
	if (!found)
		throw new Error("no browser: apt-get install chromium");
	return found;
}

/* The sample documents: files of a collection in corpus/. */
export function corpusFiles(collection) {
	const folder = path.join(ROOT, "corpus", collection);
	return readdirSync(folder).sort().map((name) => path.join(folder, name));
}
