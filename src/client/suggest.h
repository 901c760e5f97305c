/* SPDX-License-Identifier: ISC */
#ifndef ECS_CLIENT_SUGGEST_H
#define ECS_CLIENT_SUGGEST_H
/*
 * Which of the words that exist somebody meant by one that does not.
 */

/* The nearest of known (ends in NULL) within two slips, or NULL. */
const char *ecs_suggest(const char *word, const char *const *known);
#endif
