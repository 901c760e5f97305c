/* SPDX-License-Identifier: ISC */
/*
 * assets - the files that pages load, as they are and compressed.
 */
#include <string.h>

#include "ecsearch/web.h"

/* assets.inc is written by fold when the program is built. */
#define ASSET(name, type, hash, plain, gzip)                                  \
	{name, hash, type, (const unsigned char *)(plain), sizeof(plain) - 1, \
	    (const unsigned char *)(gzip), sizeof(gzip) - 1},
static const struct ecs_asset assets[] = {
#include "assets.inc"
};
#undef ASSET

/* Is it "page.css", or "page.HASH.css" of whatever hash? */
static bool
names(const struct ecs_asset *asset, const char *name, bool *current)
{
	const char *dot = strrchr(asset->name, '.');
	size_t stem = (size_t)(dot - asset->name);
	const char *hash = name + stem + 1;
	size_t len = strlen(name);
	size_t tail = strlen(dot);

	*current = false;
	if (strcmp(asset->name, name) == 0)
		return true;
	if (len <= stem + 1 + tail || memcmp(name, asset->name, stem) != 0 ||
	    name[stem] != '.' || strcmp(name + len - tail, dot) != 0)
		return false;
	len -= stem + 1 + tail;
	*current =
	    len == strlen(asset->hash) && memcmp(hash, asset->hash, len) == 0;
	return memchr(hash, '.', len) == NULL;
}

const struct ecs_asset *
ecs_asset_find(const char *name, bool *current)
{
	for (size_t i = 0; i < sizeof(assets) / sizeof(assets[0]); i++)
		if (names(&assets[i], name, current))
			return &assets[i];
	return NULL;
}
