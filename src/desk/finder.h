/* SPDX-License-Identifier: ISC */
#ifndef DESK_FINDER_H
#define DESK_FINDER_H
/*
 * Which words of a corpus a set of sought words stands for.  Each type is
 * looked at once in each language of its units, when it is first met; the
 * answer is kept.
 */
#include "corpus.h"

struct finder_run {
	uint32_t *forms;
	uint32_t n;
};

/* Of one ecs_sought_words. */
struct finder {
	const struct ecs_corpus *corpus;
	struct ecs_analyzer *analyzer;
	const struct ecs_marks *marks;
	struct finder_run *runs; /* those whose words the corpus has */
	size_t nruns;
	unsigned char *known[ECS_LANGS + 1]; /* by type, for each language */
	struct ecs_span *spans;              /* scratch */
	size_t span_room;
	bool failed; /* memory ran out */
};

bool finder_init(struct finder *finder, const struct ecs_desk *desk,
    const struct ecs_sought_words *words);
void finder_fini(struct finder *finder);
/*
 * How many words from word i of a unit on are found: the most or, if shortest,
 * the fewest; 0: nothing begins there.
 */
uint32_t finder_length(
    struct finder *finder, const struct desk_at *at, uint32_t i, bool shortest);
#endif
