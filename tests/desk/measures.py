#!/usr/bin/env python3
# SPDX-License-Identifier: ISC
"""The formulas of the desk, computed again and apart from its code.

Rows for the table in measures_test.c, with 40 digits of the decimal module:
    python3 tests/desk/measures.py
"""
from decimal import Decimal as D, getcontext

getcontext().prec = 40
Z = D("1.959963984540054235524594430520551")


def keyness(a, c, b, d):
    """Rayson and Garside 2000."""
    a, b, c, d = D(a), D(b), D(c), D(d)
    total = D(0)
    for seen, size in ((a, c), (b, d)):
        if seen:
            total += seen * (seen / (size * (a + b) / (c + d))).ln()
    return 2 * total


def association(o11, row, column, n):
    """Dunning 1993, by entropies: N H(table) against rows and columns."""
    o11, row, column, n = D(o11), D(row), D(column), D(n)

    def h(*cells):
        return sum((k * k.ln() for k in cells if k), D(0))
    table = h(o11, row - o11, column - o11, n - row - column + o11)
    return 2 * (table - h(row, n - row) - h(column, n - column) + h(n))


def log2(x):
    return D(x).ln() / D(2).ln()


def diff(a, c, b, d):
    """Gabrielatos and Marchi 2011."""
    here, there = D(a) / D(c), D(b) / D(d) if b else D("1e-18")
    return (here - there) / there * 100


def dice(both, x, y):
    """Rychly 2008."""
    return 14 + log2(D(2) * both / (D(x) + y))


def mutual(both, x, y, n):
    """Church and Hanks 1990."""
    return log2((D(both) / n) / (D(x) / n * (D(y) / n)))


def wilson(k, n):
    """The roots of (p - k/n)^2 = z^2 p (1 - p) / n."""
    a = 1 + Z * Z / n
    b = -(2 * D(k) / n + Z * Z / n)
    c = (D(k) / n) ** 2
    root = (b * b - 4 * a * c).sqrt()
    return (-b - root) / (2 * a), (-b + root) / (2 * a)


def byar(x):
    """Breslow and Day 1987."""
    def of(n, sign):
        return n * (1 - 1 / (9 * n) + sign * Z / (3 * n.sqrt())) ** 3
    return (of(D(x), -1) if x else D(0)), of(D(x) + 1, 1)


if __name__ == "__main__":
    for row in ((10, 1000, 5, 10000), (3, 500, 0, 70000), (1200, 250000, 4000, 900000)):
        print("keyness", *row, f"{keyness(*row):.12g} {diff(*row):.12g}")
    for row in ((8, 120, 40, 100000), (1, 20, 900, 5000), (30, 30, 30, 1000)):
        print("association", *row, f"{association(*row):.12g}")
    for row in ((8, 120, 40, 100000), (1, 20, 900, 5000)):
        print("dice", *row, f"{dice(*row[:3]):.12g} {mutual(*row):.12g}")
    for row in ((0, 10), (3, 17), (250, 1000), (10, 10)):
        print("wilson", *row, *(f"{x:.12g}" for x in wilson(*row)))
    for x in (0, 1, 10, 4321):
        print("byar", x, *(f"{v:.12g}" for v in byar(x)))
