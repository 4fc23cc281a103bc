#!/usr/bin/env python3
"""Writes holidays.txt, the table of public holidays that the program is compiled with.

    python3 -m venv target/holidays && target/holidays/bin/pip install holidays==0.109
    target/holidays/bin/python data/holidays/generate.py

The source is the Python package `holidays` (see README.md). The table is its answer for every country of ISO 3166-1
that it knows and each of their subdivisions of ISO 3166-2, by year; names in English where it has them. The same
version of the package writes the same bytes.
"""

import re
import sys
import warnings
from importlib.metadata import version
from pathlib import Path

import holidays

FIRST, LAST = 2021, 2036
# Between the names of two holidays on one day, as the package joins them.
BETWEEN = "; "


def language(entity):
    """The country's own English, else any English, else the country's own language."""
    spoken = entity.supported_languages or ()
    if (entity.default_language or "").startswith("en_"):
        return entity.default_language
    return next((it for it in spoken if it.startswith("en_")), None)


def days_of(entity, subdivision=None):
    """Its holidays by year and day: `{2026: {(12, 25): "Christmas Day"}}`."""
    found = {}
    for day, name in entity(years=range(FIRST, LAST + 1), subdiv=subdivision, language=language(entity)).items():
        if FIRST <= day.year <= LAST:
            found.setdefault(day.year, {})[day.month, day.day] = " ".join(name.split()).replace("|", "/")
    return found


def years_of(entity):
    return range(max(FIRST, entity.start_year or FIRST), min(LAST, entity.end_year or LAST) + 1)


def written(days, places):
    """`1225:3 1226:4,7`: days with the places of their names in the list of the country."""
    entries = []
    for (month, day), names in sorted(days.items()):
        own = [str(places.setdefault(name, len(places))) for name in names.split(BETWEEN)]
        entries.append(f"{month:02}{day:02}:{','.join(own)}")
    return " ".join(entries)


def section(code, entity):
    """The lines of a country: the names of its holidays, its years, and its subdivisions as what they have besides
    the country (+) and what they have not (-)."""
    places, national = {}, days_of(entity)
    own = [f"{year} {written(national.get(year, {}), places)}".rstrip() for year in years_of(entity)]
    titles = {}
    for title, subdivision in getattr(entity, "subdivisions_aliases", {}).items():
        titles.setdefault(subdivision, title)
    regions = []
    for subdivision in entity.subdivisions:
        # Some of the package's subdivisions are towns and school zones without a code of ISO 3166-2.
        if not re.fullmatch("[A-Z0-9]{1,3}", subdivision):
            continue
        there = days_of(entity, subdivision)
        regions.append(f"@{code}-{subdivision} {titles.get(subdivision, '')}".rstrip())
        for year in years_of(entity):
            of_all, of_it = national.get(year, {}), there.get(year, {})
            more = {day: name for day, name in of_it.items() if of_all.get(day) != name}
            less = [f"{month:02}{day:02}" for month, day in sorted(of_all) if (month, day) not in of_it]
            if more:
                regions.append(f"+{year} {written(more, places)}")
            if less:
                regions.append(f"-{year} {' '.join(less)}")
    return [f"@{code}", "=" + "|".join(places), *own, *regions]


def main():
    warnings.simplefilter("ignore")
    codes = sorted(holidays.list_supported_countries(include_aliases=False))
    lines = [f"# Public holidays {FIRST} to {LAST}, written by generate.py from the Python package holidays "
             f"{version('holidays')}; see README.md for its licence."]
    for code in codes:
        lines.extend(section(code, getattr(holidays, code)))
    Path(__file__).with_name("holidays.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(codes)} countries, {len(lines)} lines", file=sys.stderr)


if __name__ == "__main__":
    main()
