/* SPDX-License-Identifier: ISC */
/*
 * measures - the formulas of the desk.
 */
#include <math.h>
#include <stddef.h>

#include "measures.h"

/* The 97.5th percentile of the normal distribution. */
#define Z95 1.959963984540054

static double
term(double observed, double expected)
{
	return observed <= 0 ? 0 : observed * log(observed / expected);
}

double
desk_keyness(double a, double c, double b, double d)
{
	double all = (a + b) / (c + d);

	if (c <= 0 || d <= 0 || a + b <= 0)
		return 0;
	return 2 * (term(a, c * all) + term(b, d * all));
}

double
desk_association(double o11, double row1, double column1, double total)
{
	double row2 = total - row1;
	double column2 = total - column1;
	double sum;

	if (total <= 0 || row1 <= 0 || column1 <= 0)
		return 0;
	sum = term(o11, row1 * column1 / total) +
	    term(row1 - o11, row1 * column2 / total) +
	    term(column1 - o11, row2 * column1 / total) +
	    term(total - row1 - column1 + o11, row2 * column2 / total);
	return 2 * sum;
}

double
desk_diff(double a, double c, double b, double d)
{
	double here = c > 0 ? a / c : 0;
	double there = d > 0 && b > 0 ? b / d : 1e-18;

	return (here - there) * 100 / there;
}

double
desk_log_dice(double both, double x, double y)
{
	return 14 + log2(2 * both / (x + y));
}

double
desk_mutual(double both, double x, double y, double total)
{
	return log2(total * both / (x * y));
}

double
desk_p_step(double log_likelihood)
{
	static const struct {
		double least;
		double p;
	} steps[] = {
	    {15.13, 0.0001}, {10.83, 0.001}, {6.63, 0.01}, {3.84, 0.05}};

	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		if (log_likelihood >= steps[i].least)
			return steps[i].p;
	return 1;
}

struct desk_interval
desk_share_interval(double k, double n)
{
	double z2 = Z95 * Z95;
	double share = n > 0 ? k / n : 0;
	double middle;
	double half;

	if (n <= 0)
		return (struct desk_interval){0, 1};
	middle = (share + z2 / (2 * n)) / (1 + z2 / n);
	half = Z95 / (1 + z2 / n) *
	    sqrt(share * (1 - share) / n + z2 / (4 * n * n));
	/* At the ends rounding must not leave the unit interval. */
	return (struct desk_interval){
	    k <= 0 ? 0 : middle - half, k >= n ? 1 : middle + half};
}

static double
byar(double count, double sign)
{
	double root = 1 - 1 / (9 * count) + sign * Z95 / (3 * sqrt(count));

	return count * root * root * root;
}

struct desk_interval
desk_count_interval(double count)
{
	return (struct desk_interval){
	    count > 0 ? byar(count, -1) : 0, byar(count + 1, 1)};
}
