/* SPDX-License-Identifier: ISC */
/*
 * dictionaries - the dictionaries of the system.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "dictionaries.h"
#include "dictionary.h"

/* The names that packages give to the dictionaries we ask. */
static const struct name {
	const char *lang;
	const char *file;
} names[] = {
    {"bg", "bg_BG"},
    {"cs", "cs_CZ"},
    {"da", "da_DK"},
    {"et", "et_EE"},
    {"fr", "fr"},
    {"hr", "hr_HR"},
    {"hu", "hu_HU"},
    {"lv", "lv_LV"},
    {"pl", "pl_PL"},
    {"pt", "pt_PT"},
    {"sk", "sk_SK"},
    {"sl", "sl_SI"},
};

enum { NAMES = sizeof(names) / sizeof(names[0]) };

struct slot {
	int aff; /* -1: the language has no dictionary */
	int dic;
	_Atomic(struct text_dictionary *) loaded;
};

struct text_dictionaries {
	pthread_mutex_t lock; /* one loads at a time */
	struct slot slots[ECS_LANGS];
	char version[NAMES * 24];
};

static int
open_file(const char *directory, size_t len, const char *name, const char *end)
{
	char path[512];
	int n = snprintf(
	    path, sizeof(path), "%.*s/%s%s", (int)len, directory, name, end);

	return n < (int)sizeof(path) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
}

static void
close_slot(struct slot *slot)
{
	text_dictionary_free(atomic_load(&slot->loaded));
	if (slot->aff >= 0)
		close(slot->aff);
	if (slot->dic >= 0)
		close(slot->dic);
	slot->aff = -1;
	slot->dic = -1;
}

/* Open the first dictionary of that name that has both files. */
static void
find_files(struct slot *slot, const char *directories, const char *name)
{
	const char *at = directories;

	while (*at != '\0') {
		size_t len = strcspn(at, ":");

		slot->aff = open_file(at, len, name, ".aff");
		slot->dic = open_file(at, len, name, ".dic");
		if (slot->aff >= 0 && slot->dic >= 0)
			return;
		close_slot(slot);
		at += len;
		at += strspn(at, ":");
	}
}

/* Two dictionaries of one size are taken for the same. */
static void
note_version(struct text_dictionaries *dictionaries, const struct slot *slot,
    const char *lang)
{
	size_t used = strlen(dictionaries->version);
	struct stat aff;
	struct stat dic;

	if (slot->aff < 0 || fstat(slot->aff, &aff) != 0 ||
	    fstat(slot->dic, &dic) != 0)
		return;
	snprintf(dictionaries->version + used,
	    sizeof(dictionaries->version) - used, "%s%s %lld",
	    used == 0 ? "" : ", ", lang,
	    (long long)aff.st_size + (long long)dic.st_size);
}

struct text_dictionaries *
text_dictionaries_open(const char *directories)
{
	struct text_dictionaries *dictionaries =
	    calloc(1, sizeof(*dictionaries));

	if (dictionaries == NULL)
		return NULL;
	if (pthread_mutex_init(&dictionaries->lock, NULL) != 0) {
		free(dictionaries);
		return NULL;
	}
	for (int i = 0; i < ECS_LANGS; i++) {
		dictionaries->slots[i].aff = -1;
		dictionaries->slots[i].dic = -1;
	}
	for (size_t i = 0; i < NAMES; i++) {
		int lang = ecs_lang_find(names[i].lang, 2);
		struct slot *slot = &dictionaries->slots[lang];

		find_files(slot, directories, names[i].file);
		note_version(dictionaries, slot, names[i].lang);
	}
	return dictionaries;
}

void
text_dictionaries_close(struct text_dictionaries *dictionaries)
{
	if (dictionaries == NULL)
		return;
	for (int i = 0; i < ECS_LANGS; i++)
		close_slot(&dictionaries->slots[i]);
	pthread_mutex_destroy(&dictionaries->lock);
	free(dictionaries);
}

bool
text_dictionaries_get(struct text_dictionaries *dictionaries, int lang,
    const struct text_dictionary **dictionary)
{
	struct slot *slot = &dictionaries->slots[lang];

	*dictionary = atomic_load_explicit(&slot->loaded, memory_order_acquire);
	if (*dictionary != NULL || slot->aff < 0)
		return true;
	pthread_mutex_lock(&dictionaries->lock);
	*dictionary = atomic_load(&slot->loaded);
	if (*dictionary == NULL) {
		struct text_dictionary *made =
		    text_dictionary_new(slot->aff, slot->dic);

		atomic_store_explicit(
		    &slot->loaded, made, memory_order_release);
		*dictionary = made;
	}
	pthread_mutex_unlock(&dictionaries->lock);
	return *dictionary != NULL;
}

const char *
text_dictionaries_version(const struct text_dictionaries *dictionaries)
{
	return dictionaries->version;
}
