/* SPDX-License-Identifier: ISC */
#ifndef DESK_MEASURES_H
#define DESK_MEASURES_H
/*
 * The formulas of the desk, each with its source.  Counts are of words.
 */
#include <stdint.h>

/*
 * Log-likelihood of a word in two parts of a corpus, in its two-term form:
 * 2 (a ln(a/E1) + b ln(b/E2)), E1 = c (a+b)/(c+d), E2 = d (a+b)/(c+d), for a
 * occurrences in c words against b in d; a term of 0 occurrences is 0.
 * P. Rayson, R. Garside: Comparing corpora using frequency profiling, Workshop
 * on Comparing Corpora, ACL 2000.
 */
double desk_keyness(double a, double c, double b, double d);

/*
 * Log-likelihood of a two-by-two table, in its four-cell form:
 * 2 sum o ln(o/e) over all four cells, e from the margins.  o11 is what has
 * both, row1 and column1 what has one, total everything.  T. Dunning: Accurate
 * methods for the statistics of surprise and coincidence, Computational
 * Linguistics 19(1), 1993.
 */
double desk_association(double o11, double row1, double column1, double total);

/*
 * %DIFF: by how many per cent the word is more frequent in the first part.
 * None of it in the second counts as 1e-18 of its words.  C. Gabrielatos, A.
 * Marchi: Keyness: matching metrics to definitions, Corpus Linguistics in the
 * South 1, 2011.
 */
double desk_diff(double a, double c, double b, double d);

/*
 * logDice: 14 + log2(2 f(xy) / (f(x) + f(y))).  P. Rychly: A lexicographer-
 * friendly association score, RASLAN 2008.
 */
double desk_log_dice(double both, double x, double y);

/*
 * Mutual information: log2(N f(xy) / (f(x) f(y))), without regard to the span.
 * K. W. Church, P. Hanks: Word association norms, mutual information, and
 * lexicography, Computational Linguistics 16(1), 1990.
 */
double desk_mutual(double both, double x, double y, double total);

/*
 * The step of significance that a log-likelihood reaches, from the chi-squared
 * distribution with one degree of freedom: 0.0001 from 15.13, 0.001 from
 * 10.83, 0.01 from 6.63, 0.05 from 3.84, else 1.  The critical values as in
 * Rayson and Garside's tables.
 */
double desk_p_step(double log_likelihood);

struct desk_interval {
	double low;
	double high;
};
/*
 * The 95 % interval of a share of n, k of them.  E. B. Wilson: Probable
 * inference, the law of succession, and statistical inference, Journal of the
 * American Statistical Association 22, 1927.
 */
struct desk_interval desk_share_interval(double k, double n);
/*
 * The 95 % interval of a Poisson count, by Byar's approximation: N. E. Breslow,
 * N. E. Day: Statistical methods in cancer research II, IARC 1987, page 69.
 */
struct desk_interval desk_count_interval(double count);
#endif
