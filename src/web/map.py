#!/usr/bin/python3
# SPDX-License-Identifier: ISC
"""map.py - draw the map of Europe anew, as rows for map.c.

usage: map.py PACKAGE >map.inc

PACKAGE is what Debian's r-cran-rnaturalearthdata holds, unpacked:

    apt-get download r-cran-rnaturalearthdata
    dpkg -x r-cran-rnaturalearthdata_*.deb PACKAGE

Its countries are Natural Earth's at 1:50 million (naturalearthdata.com), which
are in the public domain ("No permission is needed to use Natural Earth"); the
package is CC0.

The way of a border: read from R's file; joined where two parts have one code
here; projected; cut where three meet, so that both neighbours of a border own
the same line; simplified once for both, so that no gap opens; rounded to the
grid of the picture; closed to rings again; clipped to the frame.
"""

import gzip
import heapq
import lzma
import math
import struct
import sys

KILOMETRES = 5  # of one unit of the picture
LEFT, RIGHT, BOTTOM, TOP = 2580, 7320, 1200, 5450  # the frame, in EPSG:3035, km
MARGIN = 12  # units drawn beyond the frame, so that no stroke runs along it
DETAIL = 2.2  # square units: what a bend must span to be drawn
ISLAND = 3.5  # square units: what an island must have

# Codes that Natural Earth lacks or tells apart and ISO 3166-1 (with the
# Commission's XK) does not.
CODES = {"KOS": "XK", "CYN": "CY", "ALD": "FI"}


# ---- R's file of data: serialized objects (R Internals, 1.8), compressed ----
class Reader:
    def __init__(self, data):
        self.data = data
        self.at = 2  # after "X\n": big-endian
        self.symbols = []
        version, _, _ = self.number(), self.number(), self.number()
        if version == 3:
            self.string()  # the encoding's name

    def number(self):
        self.at += 4
        return struct.unpack_from(">i", self.data, self.at - 4)[0]

    def array(self, kind, size):
        count = self.number()
        self.at += count * size
        return list(
            struct.unpack_from(">%d%s" % (count, kind), self.data,
                               self.at - count * size))

    def string(self):
        size = self.number()
        if size < 0:
            return None
        self.at += size
        return self.data[self.at - size:self.at].decode("utf-8", "replace")

    def pairs(self, flags):
        found = {}
        while flags & 255 == 2:
            if flags & 0x200:
                self.item()
            name = self.item() if flags & 0x400 else None
            found[name] = self.item()
            flags = self.number()
        return found

    def item(self):
        """A list or vector, as (values, attributes) if it has attributes."""
        flags = self.number()
        kind = flags & 255
        if kind == 254:
            return None
        if kind == 255:
            return self.symbols[(flags >> 8) - 1]
        if kind == 1:
            name = self.item()
            self.symbols.append(name)
            return name
        if kind == 2:
            return self.pairs(flags)
        if kind == 25:
            return self.item()
        if kind == 9:
            return self.string()
        if kind in (10, 13):
            value = self.array("i", 4)
        elif kind == 14:
            value = self.array("d", 8)
        elif kind in (16, 19):
            value = [self.item() for _ in range(self.number())]
        else:
            sys.exit("map.py: unknown kind %d of object" % kind)
        return (value, self.item()) if flags & 0x200 else value


def load(package, name):
    path = package + "/usr/lib/R/site-library/rnaturalearthdata/data/Rdata"
    with gzip.open(path + ".rdx") as file:
        values, names = Reader(file.read()).item()[0][0]
    start, size = values[names["names"].index(name)]
    with open(path + ".rdb", "rb") as file:
        file.seek(start)
        chunk = file.read(size)
    # The length, "Z" for LZMA2 without a header, the data.
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 6 | lzma.PRESET_EXTREME}]
    unpack = lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters)
    value = Reader(unpack.decompress(chunk[5:])).item()
    return value[1] if isinstance(value, tuple) else value


def column(frame, name):
    value = frame[0][frame[1]["names"].index(name)]
    if not isinstance(value, tuple):
        return value
    levels = value[1]["levels"]
    return [levels[i - 1] if i > 0 else None for i in value[0]]


def read_rings(package):
    """code: [[(longitude, latitude)]], the last point not repeated."""
    world = load(package, "countries50")
    codes = column(world["data"], "iso_a2")
    longer = column(world["data"], "adm0_a3")
    rings = {}
    for i, shape in enumerate(world["polygons"]):
        code = CODES.get(longer[i], codes[i])
        if code is None:
            continue
        for part in shape["Polygons"]:
            flat, half = part["coords"][0], len(part["coords"][0]) // 2
            points = list(zip(flat[:half], flat[half:]))
            rings.setdefault(code, []).append(points[:-1])
    return rings


# ---- Lambert's azimuthal equal-area projection ----
def authalic(sine, e):
    return (1 - e * e) * (sine / (1 - e * e * sine * sine) - math.log(
        (1 - e * sine) / (1 + e * sine)) / (2 * e))


def project(longitude, latitude):
    """Kilometres in EPSG:3035 (Snyder 1987, formulas 24-17 to 24-26)."""
    a, f = 6378.137, 1 / 298.257222101
    e = math.sqrt(f * (2 - f))
    pole = authalic(1, e)
    radius = a * math.sqrt(pole / 2)
    middle = math.radians(52)
    beta1 = math.asin(authalic(math.sin(middle), e) / pole)
    d = a * math.cos(middle) / math.sqrt(
        1 - (e * math.sin(middle))**2) / (radius * math.cos(beta1))
    beta = math.asin(authalic(math.sin(math.radians(latitude)), e) / pole)
    turn = math.radians(longitude - 10)
    b = radius * math.sqrt(2 / (1 + math.sin(beta1) * math.sin(beta) + math.cos(
        beta1) * math.cos(beta) * math.cos(turn)))
    x = b * d * math.cos(beta) * math.sin(turn)
    y = b / d * (math.cos(beta1) * math.sin(beta) - math.sin(beta1) *
                 math.cos(beta) * math.cos(turn))
    return 4321 + x, 3210 + y


def place(point):
    x, y = project(*point)
    return (x - LEFT) / KILOMETRES, (TOP - y) / KILOMETRES


# ---- rings to lines that neighbours share, and back ----
def edges_of(rings):
    """The directed edges, without those between two parts of one country."""
    edges = set()
    for ring in rings:
        for a, b in zip(ring, ring[1:] + ring[:1]):
            if a == b:
                continue
            if (b, a) in edges:
                edges.remove((b, a))
            else:
                edges.add((a, b))
    return edges


def chains(edges):
    """Closed rings of directed edges."""
    following = {}
    for a, b in sorted(edges):
        following.setdefault(a, []).append(b)
    found = []
    for start in sorted(following):
        while following[start]:
            ring, at = [], start
            while following.get(at):
                ring.append(at)
                at = following[at].pop()
            found.append(ring)
    return found


def junctions(countries):
    """Points where lines meet: where others than two neighbours touch."""
    beside = {}
    for rings in countries.values():
        for ring in rings:
            for a, b in zip(ring, ring[1:] + ring[:1]):
                beside.setdefault(a, set()).add(b)
                beside.setdefault(b, set()).add(a)
    return {point for point, near in beside.items() if len(near) != 2}


def cut(ring, joints):
    """The ring as lines from joint to joint; one closed line if it has none."""
    first = next((i for i, p in enumerate(ring) if p in joints), None)
    if first is None:
        first = ring.index(min(ring))
    ring = ring[first:] + ring[:first + 1]
    lines, line = [], [ring[0]]
    for point in ring[1:]:
        line.append(point)
        if point in joints:
            lines.append(line)
            line = [point]
    if len(line) > 1:
        lines.append(line)
    return lines


def span(a, b, c):
    return abs((b[0] - a[0]) * (c[1] - a[1]) - (c[0] - a[0]) *
               (b[1] - a[1])) / 2


def simplify(line):
    """Take out the smallest bends first (Visvalingam and Whyatt 1993)."""
    before = [i - 1 for i in range(len(line))]
    after = [i + 1 for i in range(len(line))]
    left = len(line)
    least = 4 if line[0] == line[-1] else 2
    size = [0.0] * len(line)
    heap = []

    def measure(i, floor):
        size[i] = max(floor, span(line[before[i]], line[i], line[after[i]]))
        heapq.heappush(heap, (size[i], i))

    for i in range(1, len(line) - 1):
        measure(i, 0)
    while heap and left > least:
        area, i = heapq.heappop(heap)
        if area > DETAIL:
            break
        if size[i] != area:
            continue
        size[i] = -1
        left -= 1
        a, b = before[i], after[i]
        after[a], before[b] = b, a
        if a > 0:
            measure(a, area)
        if b < len(line) - 1:
            measure(b, area)
    return [p for i, p in enumerate(line) if size[i] >= 0]


def draw(line, drawn):
    """The line on the grid, the same from either end."""
    turned = line[0] > line[-1] or (line[0] == line[-1] and line[1] > line[-2])
    key = tuple(reversed(line)) if turned else tuple(line)
    if key not in drawn:
        points = simplify([place(p) for p in key])
        drawn[key] = [(round(x), round(y)) for x, y in points]
    return drawn[key][::-1] if turned else drawn[key]


def area_of(ring):
    return sum(a[0] * b[1] - b[0] * a[1]
               for a, b in zip(ring, ring[1:] + ring[:1])) / 2


def clip(ring):
    """Within the frame and its margin (Sutherland and Hodgman 1974)."""
    width = (RIGHT - LEFT) // KILOMETRES
    height = (TOP - BOTTOM) // KILOMETRES
    for axis, limit, sign in ((0, -MARGIN, 1), (0, width + MARGIN, -1),
                              (1, -MARGIN, 1), (1, height + MARGIN, -1)):
        kept = []
        for a, b in zip(ring, ring[1:] + ring[:1]):
            ins, outs = sign * (a[axis] - limit), sign * (b[axis] - limit)
            if ins >= 0:
                kept.append(a)
            if (ins > 0 > outs) or (ins < 0 < outs):
                part = ins / (ins - outs)
                kept.append(tuple(
                    round(p + part * (q - p)) for p, q in zip(a, b)))
        ring = kept
    return ring


def tidy(ring):
    """Without points said twice or on the way between two others."""
    changed = True
    while changed and len(ring) > 2:
        kept = []
        for i, point in enumerate(ring):
            before, after = ring[i - 1], ring[(i + 1) % len(ring)]
            if kept and kept[-1] == point:
                continue
            if span(before, point, after) > 0 or before == after:
                kept.append(point)
        changed = len(kept) < len(ring)
        ring = kept
    return ring


# ---- the picture ----
def in_frame(ring):
    width = (RIGHT - LEFT) // KILOMETRES
    height = (TOP - BOTTOM) // KILOMETRES
    xs, ys = zip(*ring)
    return max(xs) > 0 and min(xs) < width and max(ys) > 0 and min(ys) < height


def shapes(countries):
    joints = junctions(countries)
    drawn, found = {}, {}
    for code, rings in sorted(countries.items()):
        whole = []
        for ring in rings:
            points = []
            for line in cut(ring, joints):
                points += draw(line, drawn)[:-1]
            points = clip(points)
            if len(points) > 2 and in_frame(points):
                whole.append(points)
        whole.sort(key=lambda ring: -abs(area_of(ring)))
        kept = [ring for i, ring in enumerate(whole)
                if i == 0 or abs(area_of(ring)) >= ISLAND]
        if kept:
            found[code] = kept
    return found


def inside(rings, x, y):
    odd = False
    for ring in rings:
        for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1]):
            if (ay > y) != (by > y) and x < ax + (y - ay) * (bx - ax) / (by -
                                                                         ay):
                odd = not odd
    return odd


def distance(ring, x, y):
    best = math.inf
    for (ax, ay), (bx, by) in zip(ring, ring[1:] + ring[:1]):
        along = (bx - ax)**2 + (by - ay)**2
        t = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / along if along else 0
        t = min(1, max(0, t))
        best = min(best, math.hypot(ax + t * (bx - ax) - x,
                                    ay + t * (by - ay) - y))
    return best


def middle(ring):
    """The point of the ring farthest from its border, on a grid, and how far."""
    xs, ys = zip(*ring)
    step = max(1, min(max(xs) - min(xs), max(ys) - min(ys)) // 16)
    best = (0, round(sum(xs) / len(xs)), round(sum(ys) / len(ys)))
    for x in range(max(0, min(xs)), max(xs) + 1, step):
        for y in range(max(0, min(ys)), max(ys) + 1, step):
            if inside([ring], x, y):
                best = max(best, (distance(ring, x, y), x, y))
    return best


def path(rings):
    """As short as SVG allows: relative, without needless separators."""
    out = []
    at = (0, 0)
    for ring in rings:
        ring = tidy(ring)
        if len(ring) < 3:
            continue
        words, here = [], at
        for point in ring:
            words += [point[0] - here[0], point[1] - here[1]]
            here = point
        text = "m"
        for i, word in enumerate(words):
            separator = " " if i > 0 and i != 2 and word >= 0 else ""
            text += ("l" if i == 2 else separator) + str(word)
        out.append(text + "z")
        at = ring[0]
    return "".join(out)


def main():
    countries = {code: chains(edges_of(rings))
                 for code, rings in read_rings(sys.argv[1]).items()}
    print("/* SPDX-License-Identifier: ISC */\n/*\n"
          " * COUNTRY(code, x, y, room, path), written by map.py: made with "
          "Natural Earth\n"
          " * (naturalearthdata.com, 1:50 million, public domain), in Lambert's "
          "azimuthal\n"
          " * equal-area projection as of EPSG:3035.  One unit is %d km.\n"
          " *\n"
          " * code  ISO 3166-1 alpha-2, and XK\n"
          " * x, y  the point of the country farthest from its borders\n"
          " * room  how far that is\n"
          " */" % KILOMETRES)
    print("FRAME(%d, %d)" % ((RIGHT - LEFT) // KILOMETRES,
                             (TOP - BOTTOM) // KILOMETRES))
    for code, rings in sorted(shapes(countries).items()):
        room, x, y = middle(rings[0])
        line = path(rings)
        if not line:
            line = "m%d %dh2v2h-2z" % (x - 1, y - 1)
        print('COUNTRY("%s", %d, %d, %d,' % (code, x, y, round(room)))
        while line:
            print('    "%s"%s' % (line[:70], "" if line[70:] else ")"))
            line = line[70:]


main()
