/* SPDX-License-Identifier: ISC */
/*
 * detect - the language of a text, by libexttextcat.
 *
 * The library compares the text with the fingerprints that a file names, and
 * gives up when more than five are near, so it gets a file of our own that
 * names the 24 and a few that would otherwise be taken for one of them.
 * A handle of it belongs to one thread, like the detector.
 */
#include "config.h" /* memfd_create is an extension */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <textcat.h>

#include <unicode/utf8.h>

#include "ecsearch/err.h"
#include "ecsearch/text.h"

#include "chars.h"

enum {
	LEAST_LETTERS = 40,
	MOST_BYTES = 4096 /* more tells nothing new and costs time */
};

static const char fingerprints[] = "/usr/share/libexttextcat/";

/* Neighbours in the same script: better no language than a wrong one. */
static const char *const neighbours[] = {
    "ru", "uk", "mk", "sr-Cyrl", "tr", "is", "ca", "sq", "lb"};

struct ecs_detector {
	void *textcat;
	candidate_t *candidates;
};

static void
write_names(FILE *file)
{
	for (int i = 0; i < ECS_LANGS; i++)
		fprintf(file, "%s.lm %s--utf8\n", ecs_lang_code(i),
		    ecs_lang_code(i));
	for (size_t i = 0; i < sizeof(neighbours) / sizeof(neighbours[0]); i++)
		fprintf(
		    file, "%s.lm -%s--utf8\n", neighbours[i], neighbours[i]);
}

/* The library reads names of files from a file only: give it one in memory. */
static void *
open_textcat(void)
{
	int fd = memfd_create("fingerprints", MFD_CLOEXEC);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
	char path[64];
	void *textcat = NULL;

	if (file == NULL) {
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	write_names(file);
	if (fflush(file) == 0) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		textcat = special_textcat_Init(path, fingerprints);
	}
	fclose(file);
	return textcat;
}

struct ecs_detector *
ecs_detector_new(struct ecs_err *err)
{
	struct ecs_detector *detector = calloc(1, sizeof(*detector));

	if (detector == NULL) {
		ecs_err_memory(err);
		return NULL;
	}
	detector->textcat = open_textcat();
	if (detector->textcat != NULL)
		detector->candidates =
		    textcat_GetClassifyFullOutput(detector->textcat);
	if (detector->candidates == NULL) {
		ecs_err_set(err, 500, "no_fingerprints",
		    "cannot read the language fingerprints in %s",
		    fingerprints);
		ecs_detector_free(detector);
		return NULL;
	}
	return detector;
}

void
ecs_detector_free(struct ecs_detector *detector)
{
	if (detector == NULL)
		return;
	if (detector->candidates != NULL)
		textcat_ReleaseClassifyFullOutput(
		    detector->textcat, detector->candidates);
	if (detector->textcat != NULL)
		textcat_Done(detector->textcat);
	free(detector);
}

static bool
has_enough_letters(const char *text, size_t len)
{
	size_t i = 0;
	int letters = 0;

	while (i < len && letters < LEAST_LETTERS) {
		UChar32 c;

		U8_NEXT((const uint8_t *)text, i, len, c);
		if (text_classify(c) == TEXT_LETTER)
			letters++;
	}
	return letters == LEAST_LETTERS;
}

int
ecs_detect_lang(struct ecs_detector *detector, const char *text, size_t len)
{
	int found;

	len = text_cut_at_character(text, len, MOST_BYTES);
	if (!has_enough_letters(text, len))
		return ECS_LANG_NONE;
	found = textcat_ClassifyFull(
	    detector->textcat, text, len, detector->candidates);
	if (found <= 0)
		return ECS_LANG_NONE;
	return ecs_lang_find(detector->candidates[0].name, 2);
}
