/* SPDX-License-Identifier: ISC */
#ifndef ECS_HTTP_DECODE_H
#define ECS_HTTP_DECODE_H
#include <stdbool.h>
#include <stddef.h>

enum ecs_http_decoding {
	ECS_HTTP_PATH, /* + is a plus; no control characters */
	ECS_HTTP_QUERY /* + is a space */
};

/*
 * Decode len bytes of from once into to (at least len + 1 bytes, NUL added).
 * Returns NULL, or what is wrong with the text.
 */
const char *ecs_http_decode(
    char *to, const char *from, size_t len, enum ecs_http_decoding how);
bool ecs_http_utf8(const char *text, size_t len);
#endif
