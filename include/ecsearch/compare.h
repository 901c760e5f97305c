/* SPDX-License-Identifier: ISC */
#ifndef ECS_COMPARE_H
#define ECS_COMPARE_H
/*
 * Two editions of a text, passage by passage.
 *
 * A passage of one edition is that of the other when their folded words are the
 * same: unchanged when the headings above and the order among those alike are
 * the same too, else moved.  Of the rest, pairs are alike by the share that
 * their words have in common, repeats counted: the sum of the lesser counts
 * over the sum of the greater ones, which is Jaccard's coefficient over bags of
 * words (Ruzicka 1958).  From 0.5 on they are a rewording, most alike first,
 * rather under the same headings; each passage is of one pair at most.  What is
 * left was removed or added.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ecs_analyzer;
struct ecs_deadline;
struct ecs_err;

struct ecs_edition_passage {
	const char *id;
	const char *section; /* path */
	int64_t page;        /* -1: unknown */
	const char *text;
	size_t len;
};
struct ecs_edition {
	struct ecs_edition_passage *list;
	size_t n;
};

enum ecs_fate {
	ECS_FATE_UNCHANGED,
	ECS_FATE_MOVED,
	ECS_FATE_REWORDED,
	ECS_FATE_REMOVED,
	ECS_FATE_ADDED,
	ECS_FATES
};
/* "unchanged" */
const char *ecs_fate_name(enum ecs_fate fate);

#define ECS_NO_PASSAGE UINT32_MAX
struct ecs_pair {
	enum ecs_fate fate;
	uint32_t from; /* ECS_NO_PASSAGE of what was added */
	uint32_t to;   /* ECS_NO_PASSAGE of what was removed */
	double similarity;
};
/*
 * The fate of every passage, in the order of to, what was removed after what it
 * followed.  The caller's to free().  Past the deadline 503 "timeout".
 */
bool ecs_editions_compare(const struct ecs_edition *from,
    const struct ecs_edition *to, struct ecs_analyzer *analyzer,
    struct ecs_deadline *deadline, struct ecs_pair **pairs, size_t *n,
    struct ecs_err *err);

/* ---- words ---- */

enum ecs_edit { ECS_EDIT_SAME, ECS_EDIT_REMOVED, ECS_EDIT_ADDED };
/* A stretch of a text: of the old one when removed, else of the new one. */
struct ecs_diff_part {
	enum ecs_edit edit;
	uint32_t start; /* bytes */
	uint32_t end;
};
/*
 * The least number of words to take out and put in that makes one text of the
 * other: the greedy algorithm of E. W. Myers, An O(ND) difference algorithm and
 * its variations, Algorithmica 1, 1986.  Words that differ only in case or
 * accents are the same.  More than 2,000 differences: all is removed and added.
 * The caller's to free().
 */
bool ecs_words_diff(struct ecs_analyzer *analyzer,
    const struct ecs_edition_passage *from,
    const struct ecs_edition_passage *to, struct ecs_diff_part **parts,
    size_t *n, struct ecs_err *err);
#endif
