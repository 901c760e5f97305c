/* SPDX-License-Identifier: ISC */
/*
 * eval_show - figures of an evaluation, as people and scripts read them.
 */
#include <stdlib.h>
#include <string.h>

#include "eval.h"
#include "show.h"
#include "significance.h"

/* Figures closer than this are one figure, summed in another order. */
#define SAME 1e-9

/* The measure that queries are listed and sorted by: nDCG@10. */
enum { FIRST = 0 };

/* Columns of a query's text. */
enum { QUERY_WIDTH = 60 };

double
ecs_eval_mean(const struct ecs_eval *eval, int setting, int measure)
{
	size_t n = eval->judgements.count;
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += eval->figures[setting][i].value[measure];
	return n == 0 ? 0 : sum / (double)n;
}

static double
difference(const struct ecs_eval *eval, size_t query, int measure)
{
	return eval->figures[1][query].value[measure] -
	    eval->figures[0][query].value[measure];
}

struct ecs_difference
ecs_eval_compare(const struct ecs_eval *eval, int measure, double *scratch)
{
	size_t n = eval->judgements.count;
	struct ecs_difference made = {0};

	for (size_t i = 0; i < n; i++) {
		scratch[i] = difference(eval, i, measure);
		if (scratch[i] < SAME && scratch[i] > -SAME)
			scratch[i] = 0;
		made.better += scratch[i] > 0;
		made.worse += scratch[i] < 0;
		made.mean += scratch[i];
	}
	made.mean = n == 0 ? 0 : made.mean / (double)n;
	made.p = ecs_randomization_test(scratch, n);
	return made;
}

/* ---- for people ---- */

static void
show_query(const struct ecs_judged *query)
{
	fputs("  ", stdout);
	if (query->in != NULL) {
		ecs_show_text(query->in, 0, stdout);
		fputs(": ", stdout);
	}
	ecs_show_text(query->q, QUERY_WIDTH, stdout);
	putchar('\n');
}

static void
show_figures(const struct ecs_eval *eval)
{
	for (int m = 0; m < ECS_MEASURES; m++)
		printf("%-11s %8.4f\n", ecs_measure_names[m],
		    ecs_eval_mean(eval, 0, m));
}

static void
show_each(const struct ecs_eval *eval)
{
	printf("\n%8s  query\n", ecs_measure_names[FIRST]);
	for (size_t i = 0; i < eval->judgements.count; i++) {
		printf("%8.4f", eval->figures[0][i].value[FIRST]);
		show_query(&eval->judgements.queries[i]);
	}
}

static void
show_comparison(const struct ecs_eval *eval, double *scratch)
{
	struct ecs_difference made;

	printf("%-11s %8s %8s %8s %7s %7s %7s %8s\n", "", "a", "b", "b - a",
	    "better", "worse", "same", "p");
	for (int m = 0; m < ECS_MEASURES; m++) {
		made = ecs_eval_compare(eval, m, scratch);
		printf("%-11s %8.4f %8.4f %+8.4f %7zu %7zu %7zu %8.4f\n",
		    ecs_measure_names[m], ecs_eval_mean(eval, 0, m),
		    ecs_eval_mean(eval, 1, m), made.mean, made.better,
		    made.worse,
		    eval->judgements.count - made.better - made.worse, made.p);
	}
}

struct moved {
	double by;
	size_t query;
};

static int
by_difference(const void *a, const void *b)
{
	const struct moved *left = a, *right = b;

	if (left->by != right->by)
		return left->by < right->by ? -1 : 1;
	return left->query < right->query ? -1 : left->query > right->query;
}

/* The queries that the second setting changed, what it harmed most first. */
static bool
show_moved(const struct ecs_eval *eval)
{
	size_t n = eval->judgements.count;
	struct moved *moved = malloc((n + 1) * sizeof(*moved));

	if (moved == NULL)
		return false;
	for (size_t i = 0; i < n; i++)
		moved[i] = (struct moved){difference(eval, i, FIRST), i};
	qsort(moved, n, sizeof(*moved), by_difference);
	printf("\n%8s %8s %8s  query, by %s\n", "a", "b", "b - a",
	    ecs_measure_names[FIRST]);
	for (size_t i = 0; i < n; i++) {
		size_t query = moved[i].query;

		if (moved[i].by < SAME && moved[i].by > -SAME)
			continue;
		printf("%8.4f %8.4f %+8.4f",
		    eval->figures[0][query].value[FIRST],
		    eval->figures[1][query].value[FIRST], moved[i].by);
		show_query(&eval->judgements.queries[query]);
	}
	free(moved);
	return true;
}

static const char *
told(const char *setting)
{
	return setting[0] == '\0' ? "as it comes" : setting;
}

static void
show_settings(const struct ecs_eval *eval)
{
	if (eval->settings == 1 && eval->setting[0][0] == '\0')
		return;
	fputs("a: ", stdout);
	ecs_show_text(told(eval->setting[0]), 0, stdout);
	if (eval->settings == 2) {
		fputs("\nb: ", stdout);
		ecs_show_text(told(eval->setting[1]), 0, stdout);
	}
	putchar('\n');
}

bool
ecs_eval_show(const struct ecs_eval *eval, bool each)
{
	size_t n = eval->judgements.count;
	double *scratch = malloc((n + 1) * sizeof(*scratch));
	bool ok = true;

	if (scratch == NULL)
		return false;
	printf("%zu queries", n);
	if (eval->judgements.unanswerable > 0)
		printf(", %zu more have nothing relevant and are left out",
		    eval->judgements.unanswerable);
	putchar('\n');
	show_settings(eval);
	if (eval->settings == 1)
		show_figures(eval);
	else
		show_comparison(eval, scratch);
	if (each && eval->settings == 1)
		show_each(eval);
	else if (each)
		ok = show_moved(eval);
	free(scratch);
	return ok;
}

/* ---- for scripts ---- */

static json_t *
measures_json(const double *value)
{
	json_t *made = json_object();

	for (int m = 0; m < ECS_MEASURES; m++)
		json_object_set_new(
		    made, ecs_measure_names[m], json_real(value[m]));
	return made;
}

static json_t *
setting_json(const struct ecs_eval *eval, int setting)
{
	double means[ECS_MEASURES];
	json_t *made;

	for (int m = 0; m < ECS_MEASURES; m++)
		means[m] = ecs_eval_mean(eval, setting, m);
	made = measures_json(means);
	json_object_set_new(
	    made, "setting", json_string(eval->setting[setting]));
	return made;
}

static json_t *
comparison_json(const struct ecs_eval *eval, double *scratch)
{
	json_t *all = json_object();

	for (int m = 0; m < ECS_MEASURES; m++) {
		struct ecs_difference made = ecs_eval_compare(eval, m, scratch);

		json_object_set_new(all, ecs_measure_names[m],
		    json_pack("{sf sI sI sf}", "difference", made.mean,
			"better", (json_int_t)made.better, "worse",
			(json_int_t)made.worse, "p", made.p));
	}
	return all;
}

static json_t *
each_json(const struct ecs_eval *eval)
{
	json_t *list = json_array();

	for (size_t i = 0; i < eval->judgements.count; i++) {
		const struct ecs_judged *query = &eval->judgements.queries[i];
		json_t *one = json_pack("{ss ss? so}", "q", query->q, "in",
		    query->in, "a", measures_json(eval->figures[0][i].value));

		if (eval->settings == 2)
			json_object_set_new(
			    one, "b", measures_json(eval->figures[1][i].value));
		json_array_append_new(list, one);
	}
	return list;
}

bool
ecs_eval_show_json(const struct ecs_eval *eval)
{
	size_t n = eval->judgements.count;
	double *scratch = malloc((n + 1) * sizeof(*scratch));
	json_t *made = json_object();
	bool ok = scratch != NULL && made != NULL;

	if (ok) {
		json_object_set_new(
		    made, "queries", json_integer((json_int_t)n));
		json_object_set_new(made, "left_out",
		    json_integer((json_int_t)eval->judgements.unanswerable));
		json_object_set_new(made, "a", setting_json(eval, 0));
	}
	if (ok && eval->settings == 2) {
		json_object_set_new(made, "b", setting_json(eval, 1));
		json_object_set_new(
		    made, "comparison", comparison_json(eval, scratch));
	}
	if (ok) {
		json_object_set_new(made, "each", each_json(eval));
		ecs_show_json(made);
	}
	json_decref(made);
	free(scratch);
	return ok;
}
