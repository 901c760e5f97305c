/* SPDX-License-Identifier: ISC */
/*
 * draw - random filter expressions and what they mean.
 */
#include <math.h>
#include <string.h>

#include "draw.h"

uint32_t
draw_dice(struct drawn *in, uint32_t sides)
{
	return sample_dice(&in->seed, sides);
}

/* ---- clauses ---- */

static void
draw_kind(struct drawn *in, struct node *node)
{
	const char *quote = draw_dice(in, 3) == 0 ? "\"" : "";

	node->value = (int)draw_dice(in, SAMPLE_KINDS + 2);
	ecs_buf_printf(&in->text, "kind:%sk%d%s", quote, node->value, quote);
}

static void
draw_tag(struct drawn *in, struct node *node)
{
	node->value = (int)draw_dice(in, SAMPLE_TAGS + 1);
	ecs_buf_printf(&in->text, "tags:%s%s",
	    node->value == SAMPLE_TAGS ? "odd/one"
				       : sample_tags[node->value].id,
	    node->meaning == TAG ? "" : "/*");
}

static void
draw_size(struct drawn *in, struct node *node)
{
	static const char *const signs[] = {">", ">=", "<", "<="};
	double size = draw_dice(in, 44) / 2.0 - 6;
	uint32_t form = draw_dice(in, 8);

	node->low = form < 6 ? size : -INFINITY;
	node->high = INFINITY;
	if (form < 4) {
		node->strict = signs[form][1] == '\0';
		ecs_buf_printf(&in->text, "size:%s%g", signs[form], size);
		if (form >= 2) {
			node->low = -INFINITY;
			node->high = size;
		}
	} else if (form == 4) {
		node->high = size;
		ecs_buf_printf(&in->text, "size:%g", size);
	} else if (form == 5) {
		ecs_buf_printf(&in->text, "size:%g..", size);
	} else {
		node->low = form == 6 ? size - 3 : -INFINITY;
		node->high = size;
		if (form == 6)
			ecs_buf_printf(
			    &in->text, "size:%g..%g", node->low, size);
		else
			ecs_buf_printf(&in->text, "size:..%g", size);
	}
}

/* A moment cut to a year, a month, a day, or not. */
static void
draw_moment(struct drawn *in, char text[SAMPLE_DAY])
{
	static const uint8_t lengths[] = {4, 7, 10, 20};

	sample_moment(&in->seed, text);
	text[lengths[draw_dice(in, 4)]] = '\0';
}

static void
draw_day(struct drawn *in, struct node *node)
{
	static const char *const signs[] = {">", ">=", "<", "<="};
	uint32_t form = draw_dice(in, 7);

	draw_moment(in, node->from);
	if (form < 4) {
		node->strict = signs[form][1] == '\0';
		ecs_buf_printf(&in->text, "day:%s%s", signs[form], node->from);
		if (form >= 2) {
			memcpy(node->to, node->from, sizeof(node->to));
			node->from[0] = '\0';
		}
	} else if (form == 4) {
		memcpy(node->to, node->from, sizeof(node->to));
		ecs_buf_printf(&in->text, "day:%s", node->from);
	} else {
		draw_moment(in, node->to);
		if (form == 6)
			node->from[0] = '\0';
		ecs_buf_printf(&in->text, "day:%s..%s", node->from, node->to);
	}
}

void
draw_clause(struct drawn *in, struct node *node)
{
	static const char *const fields[MEANINGS] = {
	    "kind", "kind", "tags", "tags", "size", "day", "ok", "id", "shelf"};

	node->meaning = (enum meaning)draw_dice(in, MEANINGS);
	node->field = fields[node->meaning];
	switch (node->meaning) {
	case ANY_KIND:
		ecs_buf_puts(&in->text, "kind:*");
		break;
	case KIND:
		draw_kind(in, node);
		break;
	case TAG:
	case TAG_OR_NARROWER:
		draw_tag(in, node);
		break;
	case SIZE:
		draw_size(in, node);
		break;
	case DAY:
		draw_day(in, node);
		break;
	case OK:
		node->value = (int)draw_dice(in, 2);
		ecs_buf_puts(
		    &in->text, node->value ? "ok:true" : "ok:\"false\"");
		break;
	case ID:
		node->value = (int)draw_dice(in, SAMPLE_ROWS + 10);
		ecs_buf_printf(&in->text, "id:t%d", node->value);
		break;
	case NOWHERE:
		ecs_buf_puts(&in->text, "shelf:top");
		break;
	case MEANINGS:
	case ALL:
	case SOME:
	case NOT:
		break;
	}
}

/* ---- expressions ---- */

const struct node *
draw_node(struct drawn *in, int depth)
{
	static const char *const words[] = {" AND ", " OR "};
	struct node *node = &in->nodes[in->n++];
	uint32_t form = depth == 0 ? 0 : draw_dice(in, 5);

	if (form < 2) {
		draw_clause(in, node);
		return node;
	}
	if (form == 2) {
		node->meaning = NOT;
		node->nchildren = 1;
		ecs_buf_puts(&in->text, "NOT ");
		node->children[0] = draw_node(in, depth - 1);
		return node;
	}
	node->meaning = form == 3 ? ALL : SOME;
	node->nchildren = 2 + (int)draw_dice(in, 2);
	for (int i = 0; i < node->nchildren; i++) {
		ecs_buf_puts(&in->text, i == 0 ? "(" : words[form - 3]);
		node->children[i] = draw_node(in, depth - 1);
	}
	ecs_buf_putc(&in->text, ')');
	return node;
}

/* ---- what it means ---- */

static bool
carries_below(uint32_t tags, int wanted)
{
	for (int i = 0; i < SAMPLE_TAGS; i++) {
		int up = i;

		if ((tags >> i & 1) == 0)
			continue;
		while (up >= 0 && up != wanted)
			up = sample_tags[up].broader;
		if (up == wanted)
			return true;
	}
	return (tags >> wanted & 1) != 0;
}

/* Texts of dates compare as dates do; only as far as the end says. */
static bool
day_holds(const struct node *node, const char *day)
{
	int least = node->strict ? 1 : 0;

	if (day[0] == '\0')
		return false;
	if (node->from[0] != '\0' &&
	    strncmp(day, node->from, strlen(node->from)) < least)
		return false;
	return node->to[0] == '\0' ||
	    strncmp(day, node->to, strlen(node->to)) <= -least;
}

static bool
clause_holds(const struct node *node, const struct sample_row *row, int number)
{
	switch (node->meaning) {
	case ANY_KIND:
		return row->kind >= 0;
	case KIND:
		return row->kind == node->value;
	case TAG:
		return (row->tags >> node->value & 1) != 0;
	case TAG_OR_NARROWER:
		return carries_below(row->tags, node->value);
	case SIZE:
		if (node->strict)
			return row->sized && row->size > node->low &&
			    row->size < node->high;
		return row->sized && row->size >= node->low &&
		    row->size <= node->high;
	case DAY:
		return day_holds(node, row->day);
	case OK:
		return row->ok == node->value;
	case ID:
		return number == node->value;
	case NOWHERE:
	case MEANINGS:
	case ALL:
	case SOME:
	case NOT:
		break;
	}
	return false;
}

bool
node_holds(const struct node *node, const struct sample_row *row, int number)
{
	if (node->meaning == NOT)
		return !node_holds(node->children[0], row, number);
	if (node->meaning < MEANINGS)
		return clause_holds(node, row, number);
	for (int i = 0; i < node->nchildren; i++)
		if (node_holds(node->children[i], row, number) ==
		    (node->meaning == SOME))
			return node->meaning == SOME;
	return node->meaning == ALL;
}

bool
node_names_only(const struct node *node, const char *field)
{
	if (node->field != NULL)
		return strcmp(node->field, field) == 0;
	for (int i = 0; i < node->nchildren; i++)
		if (!node_names_only(node->children[i], field))
			return false;
	return true;
}
