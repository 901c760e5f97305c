/* SPDX-License-Identifier: ISC */
#ifndef ECS_API_H
#define ECS_API_H
/*
 * Where the wire and the subject meet: routes, rights, JSON views.
 */
#include "ecsearch/http.h"
#include "ecsearch/index.h"

struct ecs_app;

/* Where the world reaches this daemon, in two parts; both "" when unknown. */
struct ecs_public_url {
	char origin[256]; /* "https://example.org" */
	char prefix[256]; /* before every path: "/search", or "" */
};
/* Read one (NULL or "": unknown).  400 "bad_setting" with the reason. */
bool ecs_public_url_read(
    const char *url, struct ecs_public_url *public_url, struct ecs_err *err);

struct ecs_app_options {
	/* The key that stock clients send and that stands for nobody. */
	const char *public_name;
	/* Origins that browsers may search from, space separated; "*": any. */
	const char *origins;
	const char *title;      /* of the pages: "Search" */
	const char *public_url; /* of the pages; NULL: they do not know */
	long body_bytes;        /* of writing routes */
	int gzip_level;         /* of replies to who accepts it; 0: none */
	long timeout_ms;        /* the longest a search may ask for */
	const char *extractor;  /* path of ecsearch-extract */
	bool write_by_admin_listener_only;
	bool public_desk; /* the desk needs no key where searching needs none */
	long desk_bytes;  /* of the words that the desk keeps */
	bool count_queries; /* false: none, and what was kept is deleted */
	/* Distinct days on which a query must have been searched to be told. */
	long query_days;
	long query_rare_days; /* until one below that is deleted */
	long query_keep_days; /* until every one is */
	/* Called on SIGHUP, on the I/O thread; may be NULL. */
	void (*reload)(void *user);
	void *reload_user;
};

/* store and the strings are borrowed.  NULL and err on failure. */
struct ecs_app *ecs_app_new(struct ecs_store *store,
    const struct ecs_app_options *options, struct ecs_err *err);
void ecs_app_free(struct ecs_app *app); /* NULL is allowed */

/* The lanes and handlers to make the server with. */
enum ecs_app_lane {
	ECS_LANE_READ,
	ECS_LANE_WRITE,
	ECS_LANE_STREAM,
	ECS_LANE_FILES, /* each worker waits for a program that reads one */
	ECS_LANES
};
void ecs_app_handlers(struct ecs_app *app, struct ecs_http_handlers *handlers);
/* Tell the app its server, for /metrics and /readyz; before it runs. */
void ecs_app_set_http(struct ecs_app *app, struct ecs_http *http);

/*
 * Make the administrator's key and write it to DATA/admin.key (mode 0600),
 * unless that file is there.
 */
bool ecs_app_admin_key(struct ecs_store *store, struct ecs_err *err);
#endif
