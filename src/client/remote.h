/* SPDX-License-Identifier: ISC */
#ifndef ECS_CLIENT_REMOTE_H
#define ECS_CLIENT_REMOTE_H
/*
 * The server as the command line sees it: requests over one kept connection.
 *
 * A refusal is in err with the server's own status, code and sentence, and
 * with each place it names; a server that cannot be reached is a 503
 * "unreachable".  A server that is busy (429, 503) is asked again after the
 * time it names, for a minute or two at most.
 */
#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

struct ecs_err;
struct ecs_remote;

/* url as given by the user, without a path; key may be NULL. */
struct ecs_remote *
ecs_remote_open(const char *url, const char *key, struct ecs_err *err);
void ecs_remote_close(struct ecs_remote *remote); /* NULL is allowed */

/* One value of a path or a query, percent-encoded; free() it. */
char *ecs_remote_escape(struct ecs_remote *remote, const char *text);

/*
 * Ask method for path (with its query).  body and its type may be NULL.  The
 * answer is the caller's: JSON, or null when it had no body; NULL on failure.
 * ecs_remote_status then tells 200, 202, 207 apart, and what was refused.
 */
json_t *ecs_remote_ask(struct ecs_remote *remote, const char *method,
    const char *path, const json_t *body, struct ecs_err *err);
json_t *ecs_remote_send(struct ecs_remote *remote, const char *path,
    const char *type, const char *body, size_t len, struct ecs_err *err);
/* The status of the last answer; 0 when there was none. */
long ecs_remote_status(const struct ecs_remote *remote);

/* Called for each whole line of an answer, without its end. */
typedef bool
ecs_line_fn(void *user, const char *line, size_t len, struct ecs_err *err);
/* Read an answer of any length line by line, as this type of content. */
bool ecs_remote_lines(struct ecs_remote *remote, const char *path,
    const char *type, ecs_line_fn *fn, void *user, struct ecs_err *err);
#endif
