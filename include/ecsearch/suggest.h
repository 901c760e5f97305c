/* SPDX-License-Identifier: ISC */
#ifndef ECS_SUGGEST_H
#define ECS_SUGGEST_H
/*
 * What is being typed, completed: names of documents, values of facets and
 * frequent phrases of the texts.
 *
 * Every word typed may be the beginning of a word, in any order.  What was said
 * whole stands first; then come names, up to the fifth place but for one value
 * that begins as typed, and after them in turn a value, a phrase and a name.
 * Names are ordered by the part that has been said of them (query/completer.h),
 * values and phrases by how many documents have them.
 *
 * A suggester is shared by all threads.  It follows the tables it is asked
 * about: a name is there as soon as its document is, and gone with it.
 */
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ecsearch/query.h"

struct ecs_suggester;

/* schema is borrowed.  NULL and err on failure. */
struct ecs_suggester *ecs_suggester_new(const struct ecs_schema *schema,
    struct ecs_analyzer *analyzer, struct ecs_err *err);
void ecs_suggester_free(struct ecs_suggester *suggester); /* NULL is allowed */
size_t ecs_suggester_bytes(struct ecs_suggester *suggester);

/*
 * Gather the frequent phrases of a collection's open texts and have what is
 * there of its names analysed, so that no request waits for it.  Takes seconds;
 * *stop is looked at meanwhile, and true ends it with 503 "cancelled".  One
 * thread at a time.
 */
bool ecs_suggester_gather(struct ecs_suggester *suggester,
    const struct ecs_source *source, struct ecs_analyzer *analyzer,
    const atomic_bool *stop, struct ecs_err *err);

/*
 * Changes when the same question may get another answer at the same revision:
 * with the phrases.
 */
unsigned ecs_suggester_version(struct ecs_suggester *suggester);
/* Have the phrases of a collection (its index in the schema) been gathered? */
bool ecs_suggester_has_phrases(struct ecs_suggester *suggester, int collection);

/* ---- what is asked ---- */

enum ecs_suggestion_type {
	ECS_SUGGEST_NAME,
	ECS_SUGGEST_VALUE,
	ECS_SUGGEST_PHRASE,
	ECS_SUGGESTION_TYPES
};
/* "name", "value", "phrase" */
const char *ecs_suggestion_type_name(enum ecs_suggestion_type type);

enum { ECS_MAX_SUGGESTIONS = 50 };

struct ecs_suggest {
	struct ecs_arena *arena; /* owns all of it */
	const struct ecs_schema *schema;
	bool in[ECS_MAX_COLLECTIONS];
	const char *q;
	int lang; /* of labels; ECS_LANG_NONE: not said */
	uint32_t limit;
	bool types[ECS_SUGGESTION_TYPES];
	bool documents; /* are names told with their documents? */
	/* Of the key: nothing is told of a document outside it.  NULL: none. */
	struct ecs_filter *embedded;
};

/*
 * Read a query string's parameters: q, in, lang, limit, types and documents.
 * visible says which collections the asker may see; a hidden one is as unknown.
 * 400 names what is wrong.
 */
struct ecs_suggest *
ecs_suggest_read(const struct ecs_schema *schema, const bool *visible,
    const struct ecs_query_parameter *list, size_t n, struct ecs_err *err);
void ecs_suggest_free(struct ecs_suggest *suggest); /* NULL is allowed */

/* ---- what comes out ---- */

struct ecs_suggestion {
	enum ecs_suggestion_type type;
	const char *text;      /* what the box should hold */
	const char *highlight; /* the same as HTML, what was typed in <mark> */
	const char *matched;   /* the other name that was typed, likewise; or
				  NULL when it is the text */
	int source;     /* of those given; of a value the one with most */
	const char *id; /* of a name */
	/* JSON of a name's document with its private fields, without its
	 * sections; NULL when not asked for. */
	const char *document;
	const char *field; /* of a value */
	const char *value;
	/* Documents that carry the value; that had the phrase when gathered. */
	uint32_t count;
	uint32_t counts[ECS_MAX_COLLECTIONS]; /* of those in each source */
};

struct ecs_suggestions {
	struct ecs_arena *arena; /* owns it all */
	struct ecs_suggestion *list;
	size_t n;
};

/*
 * Complete what is typed.  Of the context analyzer and label_lang are needed.
 * NULL and err on failure.
 */
struct ecs_suggestions *ecs_suggest_run(struct ecs_suggester *suggester,
    const struct ecs_suggest *suggest, const struct ecs_source *sources,
    size_t nsources, const struct ecs_query_context *context,
    struct ecs_err *err);
void ecs_suggestions_free(struct ecs_suggestions *suggestions); /* NULL too */
#endif
