/* SPDX-License-Identifier: ISC */
#ifndef ECS_ERR_H
#define ECS_ERR_H
/*
 * The only error channel.  A fallible function returns bool or a pointer and
 * takes a struct ecs_err last; the caller owns it and starts it as {0}.  The
 * first failure recorded wins: a later one on the same err changes nothing.
 *
 * status is a vocabulary, not a tie to HTTP (the command line maps it to an
 * exit code).  Under 500 the asker is at fault and is shown text; from 500 on
 * text goes to the log and a reply carries only code.
 */
#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define ECS_ERR_PLACES 4

enum ecs_where_kind {
	ECS_WHERE_POINTER,   /* name is an RFC 6901 JSON pointer */
	ECS_WHERE_PARAMETER, /* name is a request parameter or a header */
	ECS_WHERE_LINE       /* line counts from 1 */
};

/* One place where something is wrong. */
struct ecs_where {
	enum ecs_where_kind kind;
	char name[96];         /* pointer or parameter; "" with a line */
	uint32_t line;         /* 1-based; 0 when unknown */
	uint32_t column;       /* 1-based, in code points; 0 when unknown */
	char message[160];     /* what is wrong here; "" repeats err.text */
	char did_you_mean[64]; /* "" when nothing is near */
};

struct ecs_err {
	int status;     /* HTTP status to answer; 0 while all is well */
	char code[24];  /* stable word for programs: "bad_query" */
	char text[232]; /* one sentence for people, UTF-8 */
	struct ecs_where where[ECS_ERR_PLACES];
	int places; /* how many of them are set */
};

/* Record a failure and return false; a second call on err changes nothing. */
bool ecs_err_set(struct ecs_err *err, int status, const char *code,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/*
 * Add a place to the failure that err holds.  Past ECS_ERR_PLACES a place is
 * dropped.  Returns false, so that a failing function may end with it.
 */
bool ecs_err_at(struct ecs_err *err, enum ecs_where_kind kind, const char *name,
    uint32_t line, uint32_t column);

/* Name the likely intention for the place added last. */
void ecs_err_did_you_mean(struct ecs_err *err, const char *suggestion);

/* Shorthand for the commonest failure: memory ran out (503 "no_memory"). */
bool ecs_err_memory(struct ecs_err *err);

/* Forget what err holds. */
void ecs_err_clear(struct ecs_err *err);

#ifdef __cplusplus
}
#endif
#endif
