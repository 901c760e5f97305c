/* SPDX-License-Identifier: ISC */
/*
 * expert_lex - the tokens of expert mode.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "expert.h"

/* The default of NEAR is that of the engine's own query language. */
enum { NEAR_DISTANCE = 10, MOST_SHOWN = 40 };

static const char spaces[] = " \t\r\n";

bool
ecs_expert_fail(struct expert_lexer *in, size_t at, const char *fmt, ...)
{
	uint32_t column = (uint32_t)ecs_count_characters(in->q, at) + 1;
	char reason[160];
	va_list args;

	va_start(args, fmt);
	vsnprintf(reason, sizeof(reason), fmt, args);
	va_end(args);
	ecs_err_set(in->err, 400, "bad_query", "q: column %u: %s",
	    (unsigned)column, reason);
	return ecs_err_at(in->err, ECS_WHERE_PARAMETER, "q", 0, column);
}

int
ecs_expert_shown(const struct expert_lexer *in, size_t from, size_t to)
{
	size_t len = to - from > MOST_SHOWN ? MOST_SHOWN : to - from;

	while (len > 0 && len < to - from &&
	    U8_IS_TRAIL((uint8_t)in->q[from + len]))
		len--;
	return (int)len;
}

/* Bytes of the quotation mark at at, 0 when there is none. */
static size_t
quote_length(const struct expert_lexer *in, size_t at)
{
	size_t after = at;
	UChar32 c;

	if (at == in->len)
		return 0;
	U8_NEXT((const uint8_t *)in->q, after, in->len, c);
	return ecs_is_quote(c) ? after - at : 0;
}

/* Where a run of words ends that begins at from. */
static size_t
run_end(const struct expert_lexer *in, size_t from)
{
	size_t at = from;

	while (at < in->len && strchr(" \t\r\n()^", in->q[at]) == NULL &&
	    quote_length(in, at) == 0)
		at++;
	return at;
}

static bool
is_name(char c, bool first)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
	    (!first && c >= '0' && c <= '9');
}

/* The length of a field's name that a colon follows, else 0. */
static size_t
field_length(const struct expert_lexer *in, size_t from)
{
	size_t n = 0;

	while (from + n < in->len && is_name(in->q[from + n], n == 0))
		n++;
	return n > 0 && in->q[from + n] == ':' ? n : 0;
}

static bool
take_quoted(struct expert_lexer *in, struct expert_token *token, size_t quote)
{
	size_t at = token->at + quote;

	token->kind = TOKEN_PHRASE;
	token->from = at;
	while (at < in->len && quote_length(in, at) == 0)
		at++;
	if (at == in->len)
		return ecs_expert_fail(
		    in, token->at, "the quote is never closed");
	token->to = at;
	token->after = at + quote_length(in, at);
	return true;
}

/* "^2.5" */
static bool
take_hat(struct expert_lexer *in, struct expert_token *token)
{
	token->kind = TOKEN_HAT;
	token->from = token->at + 1;
	token->to = token->from + strspn(in->q + token->from, "0123456789.");
	token->after = token->to;
	if (token->to == token->from)
		return ecs_expert_fail(in, token->from,
		    "expected a number after ^, as in word^2.5");
	return true;
}

/* NEAR, NEAR/n, ADJ and ADJ/n; anything else stays a run. */
static bool
take_near(struct expert_lexer *in, struct expert_token *token)
{
	const char *text = in->q + token->from;
	size_t len = token->to - token->from;
	size_t name = strncmp(text, "NEAR", 4) == 0 ? 4
	    : strncmp(text, "ADJ", 3) == 0          ? 3
						    : 0;
	unsigned long distance;
	char *end;

	if (name == 0 || (len != name && text[name] != '/'))
		return true;
	token->kind = TOKEN_NEAR;
	token->ordered = name == 3;
	token->distance = token->ordered ? 1 : NEAR_DISTANCE;
	if (len == name)
		return true;
	distance = strtoul(text + name + 1, &end, 10);
	if (strspn(text + name + 1, "0123456789") != len - name - 1 ||
	    end != text + len || distance == 0 || distance > MAX_DISTANCE)
		return ecs_expert_fail(in, token->from + name + 1,
		    "expected a number of words from 1 to %d, as in %.*s/3",
		    (int)MAX_DISTANCE, (int)name, text);
	token->distance = (uint32_t)distance;
	return true;
}

/* AND, OR, NOT, or a run. */
static enum expert_token_kind
operator_kind(const struct expert_lexer *in, const struct expert_token *token)
{
	static const struct {
		const char *word;
		enum expert_token_kind kind;
	} rows[] = {{"AND", TOKEN_AND}, {"OR", TOKEN_OR}, {"NOT", TOKEN_NOT}};
	size_t len = token->to - token->from;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (len == strlen(rows[i].word) &&
		    memcmp(in->q + token->from, rows[i].word, len) == 0)
			return rows[i].kind;
	return TOKEN_RUN;
}

static bool
take_run(struct expert_lexer *in, struct expert_token *token)
{
	token->from = token->at;
	token->to = token->after = run_end(in, token->at);
	token->kind = operator_kind(in, token);
	return token->kind != TOKEN_RUN || take_near(in, token);
}

static struct expert_token *
begin_token(struct expert_lexer *in)
{
	struct expert_token *token = &in->token;
	size_t before = token->after;
	size_t at = before + strspn(in->q + before, spaces);

	memset(token, 0, sizeof(*token));
	token->spaced = at > before || at == 0;
	token->at = at;
	return token;
}

static bool
take_sign(struct expert_token *token, enum expert_token_kind kind)
{
	token->kind = kind;
	token->after = token->at + 1;
	return true;
}

/* Is this a minus that takes away what stands right after it? */
static bool
is_minus(const struct expert_lexer *in, size_t at)
{
	return in->q[at] == '-' && at + 1 < in->len &&
	    strchr(" \t\r\n)^-", in->q[at + 1]) == NULL;
}

bool
ecs_expert_next(struct expert_lexer *in)
{
	struct expert_token *token = begin_token(in);
	size_t quote = quote_length(in, token->at);
	size_t field = field_length(in, token->at);

	if (token->at == in->len) {
		token->after = token->at;
		return true;
	}
	if (quote > 0)
		return take_quoted(in, token, quote);
	switch (in->q[token->at]) {
	case '(':
		return take_sign(token, TOKEN_OPEN);
	case ')':
		return take_sign(token, TOKEN_CLOSE);
	case '^':
		return take_hat(in, token);
	default:
		break;
	}
	if (is_minus(in, token->at))
		return take_sign(token, TOKEN_MINUS);
	if (field == 0)
		return take_run(in, token);
	token->kind = TOKEN_FIELD;
	token->from = token->at;
	token->to = token->at + field;
	token->after = token->to + 1;
	return true;
}

bool
ecs_expert_value(struct expert_lexer *in, bool group)
{
	struct expert_token *token = begin_token(in);
	const char *text = in->q + token->at;

	token->after = token->at;
	if (text[0] == '"')
		return take_quoted(in, token, 1);
	if (text[0] == '\0')
		return true;
	if (text[0] == '(' || text[0] == ')')
		return take_sign(
		    token, text[0] == '(' ? TOKEN_OPEN : TOKEN_CLOSE);
	token->kind = TOKEN_RUN;
	token->from = token->at;
	token->to = token->after = token->at + strcspn(text, " \t\r\n()");
	if (group)
		token->kind = operator_kind(in, token);
	return true;
}

bool
ecs_expert_part(
    const char *q, size_t *from, size_t *at, size_t to, bool *letters)
{
	bool inside = false;

	*letters = false;
	while (*at < to) {
		size_t before = *at;
		UChar32 c;
		bool wild;
		bool letter;

		U8_NEXT((const uint8_t *)q, *at, to, c);
		wild = c == '*' || c == '?';
		letter = c >= 0 &&
		    (u_isalnum(c) || (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0);
		if (inside && !wild && !letter) {
			*at = before;
			return true;
		}
		if (!inside && (wild || letter)) {
			inside = true;
			*from = before;
		}
		*letters |= letter;
	}
	return inside;
}
