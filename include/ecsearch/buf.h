/* SPDX-License-Identifier: ISC */
#ifndef ECS_BUF_H
#define ECS_BUF_H
/*
 * A growing byte buffer with sticky failure: once memory runs out every later
 * append is a no-op and failed stays true, so that a writer checks once, at the
 * end.  Start one as {0}; the holder calls ecs_buf_fini.  data is always
 * NUL-terminated when not NULL; the NUL is not counted in len.
 *
 * The json_* appenders write one JSON value; commas and braces are the
 * caller's.  They never write invalid UTF-8: a bad byte becomes U+FFFD.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ecs_buf {
	char *data;
	size_t len;
	size_t cap;
	bool failed;
};

void ecs_buf_fini(struct ecs_buf *buf);
/* Keep the memory, forget the contents and the failure. */
void ecs_buf_reset(struct ecs_buf *buf);
/* Make room for extra more bytes; false when memory ran out. */
bool ecs_buf_reserve(struct ecs_buf *buf, size_t extra);
void ecs_buf_add(struct ecs_buf *buf, const void *data, size_t len);
void ecs_buf_puts(struct ecs_buf *buf, const char *text);
void ecs_buf_putc(struct ecs_buf *buf, char c);
void ecs_buf_printf(struct ecs_buf *buf, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Hand the bytes to the caller (free()); buf is empty again.  NULL if failed.
 */
char *ecs_buf_take(struct ecs_buf *buf, size_t *len);

/* "text" quoted and escaped; NULL is written as null. */
void ecs_buf_json_string(struct ecs_buf *buf, const char *text, size_t len);
void ecs_buf_json_str(struct ecs_buf *buf, const char *text);
/* A number with at most digits significant digits; NaN, infinity: null. */
void ecs_buf_json_real(struct ecs_buf *buf, double value, int digits);
void ecs_buf_json_int(struct ecs_buf *buf, int64_t value);
void ecs_buf_json_bool(struct ecs_buf *buf, bool value);
/* Text as HTML: & < > " ' become entities. */
void ecs_buf_html(struct ecs_buf *buf, const char *text, size_t len);

#ifdef __cplusplus
}
#endif
#endif
