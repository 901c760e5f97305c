/* SPDX-License-Identifier: ISC */
#ifndef ECS_API_DESK_H
#define ECS_API_DESK_H
/*
 * What the endpoints of the desk share: how their parameters are read, the
 * corpus they work on, and tables as JSON, CSV or NDJSON.
 */
#include "ecsearch/desk.h"

#include "search_api.h"

/* ---- what is asked ---- */

/* A request to the desk; the endpoint's own parameters apart. */
struct desk_ask {
	struct call *call;
	json_t *own;    /* as given: strings of a GET, JSON of a POST */
	json_t *chosen; /* those of a search, which make the subcorpus */
	struct ecs_search *search; /* read from chosen */
	enum answer_format format;
	bool bom;
	const void *wish; /* what the endpoint read of own */
};
/*
 * Read the parameters: those of a search that choose, and own (NULL ends the
 * list).  400 for any other.
 */
bool
ecs_desk_read(struct call *call, const char *const *own, struct desk_ask *ask);
void ecs_desk_fini(struct desk_ask *ask);
/* An own parameter as given, NULL when it is not. */
json_t *ecs_desk_given(const struct desk_ask *ask, const char *name);
bool ecs_desk_number(struct desk_ask *ask, const char *name, int64_t least,
    int64_t most, int64_t *value); /* stays what it is when not given */
bool ecs_desk_flag(struct desk_ask *ask, const char *name, bool *value);
/* The index in choices (NULL ends them), which are told when it is none. */
bool ecs_desk_choice(struct desk_ask *ask, const char *name,
    const char *const *choices, int *index);
/* Say that a parameter is wrong: 400, always false. */
bool ecs_desk_wrong(struct desk_ask *ask, const char *name, const char *reason);
/* Read another search of the same collection; parameters are borrowed. */
struct ecs_search *ecs_desk_search(struct desk_ask *ask, json_t *parameters);
/* The same without its words: what the filters alone let through. */
struct ecs_search *ecs_desk_without_words(struct desk_ask *ask);

/* ---- what it is asked of ---- */

struct desk_work {
	struct call *call;
	struct ecs_source source;
	struct ecs_corpus *corpus;
	struct ecs_deadline deadline;
	struct ecs_query_context context;
	struct ecs_desk desk;
};
/*
 * Do the work of an ask, again on a newer view while the index is moving; ETag
 * and 304 are seen to.
 */
bool ecs_desk_answer(struct desk_ask *ask,
    bool (*work)(struct desk_ask *ask, struct desk_work *work));
/* Rows and words of a search; NULL and err. */
struct ecs_sought *
ecs_desk_sought(struct desk_work *work, const struct ecs_search *search);
/* The rows alone. */
struct ecs_bitmap *
ecs_desk_rows(struct desk_work *work, const struct ecs_search *search);

/* ---- desk_table.c: what comes out ---- */

struct desk_table {
	struct desk_ask *ask;
	struct ecs_buf *out;
	struct ecs_buf own; /* of a stream */
	size_t rows;
	size_t cells; /* of the row in hand */
};
/*
 * Begin a table of these columns (NULL ends them).  JSON: the reply's body,
 * after which the caller has written what comes before the rows.  Else a
 * stream is begun: no failure can be told any more.
 */
bool ecs_table_begin(
    struct desk_table *table, struct desk_ask *ask, const char *const *columns);
void ecs_table_row_begin(struct desk_table *table);
void ecs_cell_text(
    struct desk_table *table, const char *name, const char *text, size_t len);
void ecs_cell_count(struct desk_table *table, const char *name, uint64_t count);
void ecs_cell_real(struct desk_table *table, const char *name, double value);
void ecs_cell_none(struct desk_table *table, const char *name);
bool ecs_table_row_end(struct desk_table *table);
/* ok: whether all rows were written.  A stream that broke off is cut. */
bool ecs_table_end(struct desk_table *table, bool ok);
/* Append the members that end every JSON answer of the desk. */
void ecs_desk_tail(
    struct desk_ask *ask, const struct ecs_sought *sought, struct ecs_buf *out);
#endif
