# SPDX-License-Identifier: ISC
"""nDCG@10 (Järvelin and Kekäläinen 2002, gain as judged, discount log2(rank + 1)), MAP over 1,000
ranks, MRR@10 and Recall@100 of one ranked list of ids."""
import math

NAMES = ("nDCG@10", "MAP", "MRR@10", "Recall@100")


def gain(grades):
    return sum(grade / math.log2(rank + 1) for rank, grade in enumerate(grades, 1))


def measure(ranked, grades):
    """The four figures; grades: id -> grade, all above 0, at least one."""
    places = [rank for rank, found in enumerate(ranked[:1000], 1) if found in grades]
    return (gain([grades.get(found, 0) for found in ranked[:10]])
            / gain(sorted(grades.values(), reverse=True)[:10]),
            sum(count / rank for count, rank in enumerate(places, 1)) / len(grades),
            1 / places[0] if places and places[0] <= 10 else 0.0,
            sum(rank <= 100 for rank in places) / len(grades))
