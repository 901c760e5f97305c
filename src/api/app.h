/* SPDX-License-Identifier: ISC */
#ifndef ECS_API_APP_H
#define ECS_API_APP_H
/*
 * What the endpoints share.  An endpoint is one function of a call: it fills
 * the reply and returns true, or sets call->err and returns false, and then the
 * problem document is written for it.
 */
#include <pthread.h>
#include <stdatomic.h>

#include <jansson.h>

#include "ecsearch/api.h"
#include "ecsearch/err.h"
#include "ecsearch/query.h"
#include "ecsearch/records.h"
#include "ecsearch/text.h"
#include "ecsearch/xapian.h"

enum { MAX_ARGUMENTS = 4, MOVED_TRIES = 5 };

enum right {
	RIGHT_NONE,   /* anybody */
	RIGHT_DESK,   /* "desk", or as RIGHT_SEARCH when the desk is public */
	RIGHT_SEARCH, /* anybody for public collections, else "search" */
	RIGHT_WRITE,  /* "write:COLLECTION" of the route's collection */
	RIGHT_ADMIN
};

struct app_metrics {
	atomic_ullong replies[6]; /* by class: [2] is 2xx */
	atomic_ullong searches;
	atomic_ullong search_us;
	atomic_ullong not_modified;
	atomic_ullong timeouts;
	atomic_ullong retries; /* searches run again on a newer view */
};

struct task_runner;
struct gatherer;
struct corpora;
struct query_stats;

/* What query words mean, of one lore; immutable. */
struct meaning {
	struct ecs_concepts *concepts;
	struct ecs_synonyms *synonyms;
	struct ecs_suggester *suggester; /* guards itself */
};

struct ecs_app {
	struct ecs_store *store;
	struct ecs_http *http;
	struct ecs_app_options options;
	struct ecs_public_url public_url;
	struct ecs_cursors *cursors;
	struct gatherer *gatherer;
	struct corpora *corpora;
	struct task_runner *tasks;
	struct query_stats *queries; /* NULL: none are counted */
	struct app_metrics metrics;
	int64_t started; /* seconds since 1970 UTC */
};

struct route;

/* One request being answered. */
struct call {
	struct ecs_app *app;
	struct ecs_session *session; /* the worker's */
	const struct ecs_request *request;
	struct ecs_reply *reply;
	const struct route *route;
	const char *arguments[MAX_ARGUMENTS]; /* the {parts} of the path */
	int narguments;
	bool has_key;
	struct ecs_key key; /* when has_key */
	bool visible[ECS_MAX_COLLECTIONS];
	int collection; /* of a route with {c}; -1 */
	int lang;       /* of labels */
	/* The words of a request that searches several times; NULL: once. */
	struct ecs_shared *shared;
	char etag[48]; /* of the answer, once ecs_call_etag made it */
	struct ecs_err err;
};

struct route {
	enum ecs_method method;
	const char *path; /* "/v1/collections/{c}/documents/{id}" */
	enum ecs_app_lane lane;
	enum right right;
	bool large_body; /* the writing limit, else 64 kB */
	bool (*answer)(struct call *call);
	const char *summary;
};

/* ---- routes.c: the table ---- */
extern const struct route ecs_routes[];
extern const size_t ecs_nroutes;
/*
 * Find the route of a request.  Fills arguments.  NULL: none; then *allow is
 * the methods that the path knows, "" for no such path at all.
 */
const struct route *ecs_route_find(const struct ecs_request *request,
    const char **arguments, int *narguments, char *allow, size_t size);
/* Is this for an InstantSearch-compatible route? */
bool ecs_is_instant(const struct ecs_request *request);

/* ---- answer.c: problem documents and other replies ---- */
void ecs_answer_problem(struct ecs_reply *reply, const struct ecs_err *err);
/* Its status and headers alone, for a body of another kind. */
void ecs_answer_failure(struct ecs_reply *reply, const struct ecs_err *err);
/* Headers that every reply of this call carries (CORS). */
void ecs_answer_headers(struct call *call);
/* Write a JSON value as the body (stolen); false when memory ran out. */
bool ecs_answer_json(struct call *call, int status, json_t *json);
/* What a client's Accept header prefers of the three. */
enum answer_format { FORMAT_JSON, FORMAT_CSV, FORMAT_NDJSON };
enum answer_format ecs_answer_format(const struct ecs_request *request);
bool ecs_accepts_gzip(const struct ecs_request *request);

/* ---- deflate.c: smaller replies ---- */
/* Pack the body at zlib's level (0: never) if it pays and is welcome. */
void ecs_answer_pack(
    const struct ecs_request *request, struct ecs_reply *reply, int level);

/* ---- auth.c: who asks ---- */
/* Read the key, fill has_key and visible; 401 or 403 as the route wants. */
bool ecs_call_authorize(struct call *call);
bool ecs_call_has_right(const struct call *call, const char *right);
/* May the caller see private fields? */
bool ecs_call_sees_private(const struct call *call);

/* ---- call.c: helpers ---- */
/* A query parameter's value, or NULL; repeated: the last. */
const char *ecs_call_parameter(const struct call *call, const char *name);
/* Only these parameters may be given (NULL ends the list): else 400. */
bool ecs_call_only(struct call *call, const char *const *names);
/* "true", "1", "false", "0" of a parameter; 400 for others. */
bool ecs_call_boolean(struct call *call, const char *name, bool *value);
/* The vocabulary that the path names, at the session's view; 404. */
bool ecs_call_vocabulary(
    struct call *call, const struct ecs_vocabulary **vocabulary);
/* The body as a JSON object (415, 400); new reference. */
json_t *ecs_call_body_object(struct call *call);
/* The same whatever the type that the body is said to have. */
json_t *ecs_call_body_of_any_type(struct call *call);
/* The sources of a search, at the session's view; 503 "index_moved". */
bool ecs_call_sources(
    struct call *call, const bool *in, struct ecs_source *sources, size_t *n);
/* The same without readers of the index: always at hand.  Returns how many. */
size_t
ecs_call_tables(struct call *call, const bool *in, struct ecs_source *sources);
/* What a search runs with. */
void ecs_call_context(struct call *call, const struct ecs_search *search,
    struct ecs_deadline *deadline, struct ecs_query_context *context);
/* The key's embedded filter put into search. */
bool ecs_call_embed(struct call *call, struct ecs_search *search);
/*
 * The rows of a collection that the key's embedded filter lets through, the
 * caller's to free; *rows is NULL when the key has none and sees all.
 */
bool ecs_call_rows(struct call *call, int collection, struct ecs_bitmap **rows);
/*
 * The record that the path names (collection and id are its first arguments),
 * as the view has it; 404 when it is hidden.
 */
bool ecs_call_record(struct call *call, struct ecs_record *record);
/* Is a row behind the key's embedded filter?  *hidden says so. */
bool
ecs_call_hidden(struct call *call, int collection, uint32_t row, bool *hidden);
/*
 * Make the answer's weak ETag and answer 304 if the client has it: *done.  Else
 * ecs_call_send_etag sends it, once the answer is known to be whole.
 */
bool
ecs_call_etag(struct call *call, const struct ecs_buf *canonical, bool *done);
void ecs_call_send_etag(struct call *call);

/* ---- view_hit.c, view_facet.c: JSON of results ---- */
struct hit_view {
	struct call *call;
	const struct ecs_search *search;
	const struct ecs_result *result;
	const struct ecs_source *sources;
	const struct ecs_marks *marks; /* of the field in hand */
	struct ecs_span *spans;        /* scratch, reused */
	size_t span_room;
	struct ecs_buf scratch;
	struct ecs_buf text;
};
/* Append one hit; *gone: its document changed since a cursor's list. */
bool ecs_view_hit(struct hit_view *view, const struct ecs_hit *hit,
    struct ecs_buf *out, bool *gone);
void ecs_hit_view_fini(struct hit_view *view);
void
ecs_view_facet(const struct ecs_facet *facet, int lang, struct ecs_buf *out);
/* The stored JSON without the fields that the caller may not see. */
bool ecs_view_document(struct call *call, int collection, const char *json,
    size_t len, struct ecs_buf *out);

/* The language that the document of a row was analysed in. */
int ecs_view_lang(const struct ecs_source *source, uint32_t row);

/* ---- scan.c: walking compact JSON that we wrote ourselves ---- */
struct scan {
	const char *at;
	const char *end;
};
/* Begin at an object or array. */
struct scan ecs_scan_begin(const char *json, size_t len);
/* The next member; key without quotes, value raw.  False at the end. */
bool ecs_scan_member(struct scan *scan, const char **key, size_t *key_len,
    const char **value, size_t *value_len);
/* The next element of an array. */
bool ecs_scan_element(struct scan *scan, const char **value, size_t *value_len);
/* The text of a raw JSON string, appended; false when it is no string. */
bool ecs_scan_string(const char *value, size_t len, struct ecs_buf *text);

/* ---- endpoints, by resource ---- */
bool ecs_get_search(struct call *call); /* search_api.c */
bool ecs_post_search(struct call *call);
bool ecs_get_suggest(struct call *call); /* suggest_api.c */
bool ecs_get_facet(struct call *call);   /* facet_api.c */
bool ecs_post_facet(struct call *call);
bool ecs_post_instant_queries(struct call *call); /* instant_api.c */
bool ecs_post_instant_query(struct call *call);
bool ecs_post_instant_facet(struct call *call);
bool ecs_get_document(struct call *call); /* document_api.c */
bool ecs_get_document_terms(struct call *call);
bool ecs_get_passages(struct call *call); /* passage_api.c */
bool ecs_get_passage(struct call *call);
bool ecs_get_concordance(struct call *call); /* concordance_api.c */
bool ecs_get_appearances(struct call *call); /* appearances_api.c */
bool ecs_get_compare(struct call *call);     /* compare_api.c */
bool ecs_get_citation(struct call *call);    /* cite_api.c */
bool ecs_get_keywords(struct call *call);    /* keywords_api.c */
bool ecs_get_collocates(struct call *call);
bool ecs_get_trend(struct call *call);    /* trend_api.c */
bool ecs_put_document(struct call *call); /* write_api.c */
bool ecs_patch_document(struct call *call);
bool ecs_delete_document(struct call *call);
bool ecs_delete_documents(struct call *call); /* by filter */
bool ecs_post_documents(struct call *call);   /* bulk_api.c */
bool ecs_post_file(struct call *call);        /* files_api.c */
bool ecs_get_collections(struct call *call);  /* collection_api.c */
bool ecs_get_collection(struct call *call);
bool ecs_get_vocabularies(struct call *call);
bool ecs_get_vocabulary(struct call *call);
bool ecs_put_vocabulary(struct call *call); /* words_api.c */
bool ecs_delete_vocabulary(struct call *call);
bool ecs_get_words(struct call *call);
bool ecs_put_words(struct call *call);
bool ecs_delete_words(struct call *call);
bool ecs_get_keys(struct call *call); /* key_api.c */
bool ecs_post_key(struct call *call);
bool ecs_patch_key(struct call *call);
bool ecs_delete_key(struct call *call);
bool ecs_post_backup(struct call *call); /* admin_api.c */
bool ecs_post_check(struct call *call);
bool ecs_post_rebuild(struct call *call);
bool ecs_get_stats(struct call *call);
bool ecs_post_click(struct call *call); /* queries_api.c */
bool ecs_get_queries(struct call *call);
bool ecs_delete_queries(struct call *call);
bool ecs_get_task(struct call *call);    /* task_api.c */
bool ecs_get_healthz(struct call *call); /* health_api.c */
bool ecs_get_readyz(struct call *call);
bool ecs_get_metrics(struct call *call);
bool ecs_get_asset(struct call *call); /* asset_api.c */
bool ecs_get_openapi(struct call *call);
bool ecs_get_box(struct call *call);
bool ecs_get_search_page(struct call *call); /* page_api.c */
bool ecs_get_opensearch(struct call *call);
bool ecs_get_show(struct call *call); /* show_api.c */
/* Should what went wrong be told by a page? */
bool ecs_call_wants_page(const struct call *call);
void ecs_page_problem(struct call *call);

/*
 * One cell of CSV (RFC 4180); what a spreadsheet would take for a formula is
 * led by an apostrophe.
 */
void ecs_csv_cell(struct ecs_buf *out, const char *text, size_t len);

/* ---- stream.c: every hit, in constant memory ---- */
bool ecs_stream_search(struct call *call, const struct ecs_search *search,
    enum answer_format format);

/* ---- gatherer.c: phrases, in the background ---- */
struct gatherer *ecs_gatherer_new(struct ecs_app *app, struct ecs_err *err);
void ecs_gatherer_free(struct gatherer *gatherer); /* NULL is allowed */

/* ---- tasks.c: work promised with 202 ---- */
struct task_runner *ecs_tasks_new(struct ecs_app *app, struct ecs_err *err);
void ecs_tasks_free(struct task_runner *runner);
/* Store a task and wake the runner; answers 202 with its address. */
bool ecs_tasks_promise(
    struct call *call, const char *kind, const void *payload, size_t len);
/* What the runner does with a kind's payload; result is JSON. */
bool ecs_task_run_bulk(struct ecs_app *app, struct ecs_session *session,
    const void *payload, size_t len, struct ecs_buf *result,
    struct ecs_err *err);
bool ecs_task_run_stems(struct ecs_app *app, struct ecs_session *session,
    const void *payload, size_t len, struct ecs_buf *result,
    struct ecs_err *err);
bool ecs_task_run_rebuild(struct ecs_app *app, struct ecs_session *session,
    const void *payload, size_t len, struct ecs_buf *result,
    struct ecs_err *err);
#endif
