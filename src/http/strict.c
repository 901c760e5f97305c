/* SPDX-License-Identifier: ISC */
/*
 * strict - refuse what two HTTP parsers could read in two ways.
 *
 * The library accepts two lengths, a length that is no plain number, a space
 * before the colon, unknown transfer codings, folded lines and bare line feeds;
 * behind a proxy each of them can smuggle a second request.  It also answers
 * its own refusals in HTML.  So each line is looked at here first, and what is
 * refused is answered by us and never reaches the library.
 */
#include "config.h" /* _GNU_SOURCE */

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "ecsearch/err.h"

#include "decode.h"
#include "strict.h"

enum { HEADERS_MAX = 100, METHOD_MAX = 16 };

static bool
bad(struct ecs_err *err, const char *why)
{
	return ecs_err_set(err, 400, "bad_request", "%s", why);
}

static bool
token(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];

		if (c >= 0x80 || c == 0)
			return false;
		if (!isalnum(c) && strchr("!#$%&'*+-.^_`|~", c) == NULL)
			return false;
	}
	return len > 0;
}

static bool
same(const char *text, size_t len, const char *word)
{
	return len == strlen(word) && strncasecmp(text, word, len) == 0;
}

static bool
check_method(struct ecs_strict *strict, const char *name, size_t len,
    struct ecs_err *err)
{
	int method;

	if (!token(name, len))
		return bad(err, "The request line is malformed.");
	for (method = ECS_GET; method < ECS_OTHER_METHOD; method++) {
		const char *known = ecs_method_name((enum ecs_method)method);

		if (len == strlen(known) && memcmp(name, known, len) == 0)
			break;
	}
	strict->method = (enum ecs_method)method;
	if (method < ECS_OTHER_METHOD ||
	    (len == 5 && memcmp(name, "TRACE", 5) == 0))
		return true;
	return ecs_err_set(err, 501, "unknown_method",
	    "This server does not know the method \"%.*s\".",
	    len > METHOD_MAX ? METHOD_MAX : (int)len, name);
}

static bool
check_version(struct ecs_strict *strict, const char *text, size_t len,
    struct ecs_err *err)
{
	if (len != 8 || memcmp(text, "HTTP/", 5) != 0 || text[6] != '.' ||
	    !isdigit((unsigned char)text[5]) ||
	    !isdigit((unsigned char)text[7]))
		return bad(err, "The request line is malformed.");
	if (text[5] != '1' || text[7] > '1')
		return ecs_err_set(err, 505, "bad_version",
		    "This server speaks HTTP/1.1 and HTTP/1.0.");
	strict->old = text[7] == '0';
	return true;
}

static bool
check_target(const char *target, size_t len, struct ecs_err *err)
{
	size_t i;

	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)target[i];

		if (c <= 0x20 || c == 0x7F || c == '#')
			return bad(err,
			    "The address holds a character that must be "
			    "escaped (space, control or #).");
	}
	if (len == 0 || !ecs_http_utf8(target, len))
		return bad(err, "The address is not valid UTF-8.");
	return true;
}

static bool
check_request_line(struct ecs_strict *strict, const char *line, size_t len,
    struct ecs_err *err)
{
	const char *end = line + len;
	const char *target = memchr(line, ' ', len);
	const char *version = memrchr(line, ' ', len);

	if (target == NULL || target == version)
		return bad(err, "The request line is malformed.");
	if (!check_method(strict, line, (size_t)(target - line), err))
		return false;
	target++;
	if (!check_target(target, (size_t)(version - target), err))
		return false;
	version++;
	return check_version(strict, version, (size_t)(end - version), err);
}

static bool
take_length(struct ecs_strict *strict, const char *value, size_t len,
    struct ecs_err *err)
{
	size_t i;

	strict->length = 0;
	for (i = 0; i < len; i++) {
		if (!isdigit((unsigned char)value[i]))
			break;
		strict->length =
		    strict->length * 10 + (uint64_t)(value[i] - '0');
	}
	if (len == 0 || len > 18 || i < len || ++strict->lengths > 1)
		return bad(err, "Content-Length must be one plain number.");
	return true;
}

static bool
take_coding(struct ecs_strict *strict, const struct ecs_strict_rules *rules,
    const char *value, size_t len, struct ecs_err *err)
{
	if (rules->chunked_bytes > 0 && !strict->old &&
	    ++strict->codings == 1 && same(value, len, "chunked"))
		return true;
	if (strict->lengths > 0)
		return bad(err,
		    "Content-Length and Transfer-Encoding exclude each other.");
	return ecs_err_set(err, 411, "length_required",
	    "Send the body with a Content-Length, not with a "
	    "Transfer-Encoding.");
}

/* A host name and port; nothing that could end a URL's authority. */
static bool
take_host(struct ecs_strict *strict, const char *value, size_t len,
    struct ecs_err *err)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (strchr(" \t/\\@?#\"<>", value[i]) != NULL)
			return bad(err, "The Host header is malformed.");
	if (++strict->hosts > 1)
		return bad(err, "There must be one Host header.");
	return true;
}

static bool
take_header(struct ecs_strict *strict, const struct ecs_strict_rules *rules,
    const char *line, size_t name_len, size_t len, struct ecs_err *err)
{
	const char *value = line + name_len + 1;
	const char *end = line + len;
	size_t value_len;

	while (value < end && (*value == ' ' || *value == '\t'))
		value++;
	while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	value_len = (size_t)(end - value);
	if (same(line, name_len, "Content-Length"))
		return take_length(strict, value, value_len, err);
	if (same(line, name_len, "Transfer-Encoding"))
		return take_coding(strict, rules, value, value_len, err);
	if (same(line, name_len, "Host"))
		return take_host(strict, value, value_len, err);
	if (same(line, name_len, "Expect") &&
	    !same(value, value_len, "100-continue"))
		return ecs_err_set(err, 417, "expectation_failed",
		    "Only the expectation 100-continue is known.");
	return true;
}

static bool
check_header(struct ecs_strict *strict, const struct ecs_strict_rules *rules,
    const char *line, size_t len, struct ecs_err *err)
{
	const char *colon = memchr(line, ':', len);
	size_t i;

	if (line[0] == ' ' || line[0] == '\t')
		return bad(err, "A header must not be folded.");
	if (colon == NULL || !token(line, (size_t)(colon - line)))
		return bad(err, "A header's name is malformed.");
	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)line[i];

		if ((c < 0x20 && c != '\t') || c == 0x7F)
			return bad(err, "A header holds a control character.");
	}
	if (strict->lines > HEADERS_MAX)
		return ecs_err_set(err, 431, "headers_too_large",
		    "There are more than %d headers.", HEADERS_MAX);
	return take_header(
	    strict, rules, line, (size_t)(colon - line), len, err);
}

/* What only the whole head can tell. */
static bool
check_whole(const struct ecs_strict *strict,
    const struct ecs_strict_rules *rules, struct ecs_err *err)
{
	bool body = strict->length > 0 || strict->codings > 0;

	if (strict->hosts == 0 && !strict->old)
		return bad(err, "The Host header is missing.");
	if (strict->lengths > 0 && strict->codings > 0)
		return bad(err,
		    "Content-Length and Transfer-Encoding exclude each other.");
	if (body && strict->method != ECS_POST && strict->method != ECS_PUT &&
	    strict->method != ECS_PATCH && strict->method != ECS_DELETE)
		return ecs_err_set(err, 400, "unexpected_body",
		    "A request with this method must not have a body.");
	if (strict->length > rules->body_bytes)
		return ecs_err_set(err, 413, "too_large",
		    "The body is larger than %zu bytes.", rules->body_bytes);
	return true;
}

static bool
check_size(const struct ecs_strict *strict,
    const struct ecs_strict_rules *rules, size_t more, struct ecs_err *err)
{
	if (strict->bytes + more <= rules->header_bytes)
		return true;
	if (strict->lines == 0)
		return ecs_err_set(err, 414, "address_too_long",
		    "The address is longer than %zu bytes.",
		    rules->header_bytes);
	return ecs_err_set(err, 431, "headers_too_large",
	    "The headers are larger than %zu bytes.", rules->header_bytes);
}

enum ecs_strict_verdict
ecs_strict_line(struct ecs_strict *strict, const struct ecs_strict_rules *rules,
    const char *line, size_t len, struct ecs_err *err)
{
	bool ok;

	if (!check_size(strict, rules, len, err))
		return ECS_STRICT_BAD;
	strict->bytes += len;
	if (len < 2 || line[len - 2] != '\r') {
		bad(err, "A line must end with CR LF.");
		return ECS_STRICT_BAD;
	}
	len -= 2;
	if (strict->lines++ == 0)
		ok = check_request_line(strict, line, len, err);
	else if (len > 0)
		ok = check_header(strict, rules, line, len, err);
	else if (check_whole(strict, rules, err))
		return ECS_STRICT_DONE;
	else
		ok = false;
	return ok ? ECS_STRICT_MORE : ECS_STRICT_BAD;
}

enum ecs_strict_verdict
ecs_strict_feed(struct ecs_strict *strict, const struct ecs_strict_rules *rules,
    const char *data, size_t len, size_t *used, struct ecs_err *err)
{
	enum ecs_strict_verdict verdict = ECS_STRICT_MORE;
	const char *end;

	*used = 0;
	while (verdict == ECS_STRICT_MORE && *used < len) {
		end = memchr(data + *used, '\n', len - *used);
		if (end == NULL)
			break;
		verdict = ecs_strict_line(strict, rules, data + *used,
		    (size_t)(end + 1 - data) - *used, err);
		*used = (size_t)(end + 1 - data);
	}
	if (verdict == ECS_STRICT_MORE &&
	    !check_size(strict, rules, len - *used, err))
		verdict = ECS_STRICT_BAD;
	return verdict;
}
