#!/usr/bin/python3
"""Writes golden.tsv: pairs of geometries on a small grid, where everything meets
everything, with the intersection matrix that GEOS finds (through shapely).
Needs Debian's python3-shapely; run it in this folder."""
import random

from shapely import affinity, geos, wkt
from shapely.geometry import LineString, MultiLineString, MultiPoint, MultiPolygon, Point, Polygon

random.seed(1717)


def at():
    return (random.randint(0, 6), random.randint(0, 6))


def line():
    while True:
        l = LineString([at() for _ in range(random.randint(2, 5))])
        if l.length > 0 and all(a != b for a, b in zip(l.coords, l.coords[1:])):
            return l


def area():
    while True:
        shell = [at() for _ in range(random.randint(3, 6))]
        holes = [[at() for _ in range(3)]] if random.random() < 0.3 else []
        p = Polygon(shell, holes)
        if p.is_valid and p.area > 0:
            return p


def several(kind, one):
    while True:
        m = kind([one() for _ in range(random.randint(2, 3))])
        if m.is_valid:
            return m


MAKERS = [
    lambda: Point(at()),
    lambda: MultiPoint(sorted({at() for _ in range(3)})),
    line,
    lambda: several(MultiLineString, line),
    area,
    lambda: several(MultiPolygon, area),
]


def text(g):
    if g.geom_type == "MultiPoint":  # of which there are two ways to write it
        return "MULTIPOINT(%s)" % ",".join("(%d %d)" % (p.x, p.y) for p in g.geoms)
    return wkt.dumps(g, trim=True).replace(", ", ",").replace(" (", "(")


def main():
    with open("golden.tsv", "w") as out:
        out.write("# GEOS %s, written by golden.py\n" % ".".join(map(str, geos.geos_version)))
        for i, first in enumerate(MAKERS):
            for second in MAKERS[i:]:
                for n in range(60):
                    a, b = first(), second()
                    if n % 6 == 5 and a.geom_type == b.geom_type:
                        b = affinity.scale(a, 1, 1)  # the same
                    out.write("%s\t%s\t%s\n" % (text(a), text(b), a.relate(b)))


main()
