"""How far key phrases are those that the page itself gives.

``python -m benchmarks.key_phrases_quality FOLDER…``: folders of gold pages (``*.json`` as in tests/parse/gold)
or of HTML pages (``*.html.gz``, parsed by Rafid). Of each article that has keywords and a body it prints, by
language: of the page's keywords that stand in its text, the part that is found, alike or one within the other;
the part of the phrases that are such a keyword; and the time. Editors choose few of many right keywords and
take some from their section's list, so both figures compare versions and are no measure of what is right.
"""

import argparse
import gzip
import json
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from schemas.dead_letter import Refusal
from schemas.parsed_article import ParsedArticle
from streams.fold import fold
from streams.parse import ParseLimits, Parser
from streams.tag.key_phrases import KeyPhrases


def articles(folder: Path) -> Iterator[ParsedArticle]:
    parser = Parser(ParseLimits())
    for path in sorted(folder.rglob("*.json")):
        content = json.loads(path.read_bytes())
        for each in content.get("articles", ()) if isinstance(content, dict) else ():
            yield ParsedArticle(
                id=path.name,
                title=each.get("title"),
                paragraphs=each["paragraphs"],
                keywords=each.get("keywords") or (),
                language=each.get("language"),
            )
    for path in sorted(folder.rglob("*.html.gz")):
        try:
            yield from parser.parse(gzip.decompress(path.read_bytes()), headers={"content-type": "text/html"})
        except Refusal as refusal:
            print(f"{path.name}: {refusal.detail}", file=sys.stderr)


def alike(one: str, other: str) -> bool:
    """Whether a reader would take them for one: equal when folded, or one within the other, by whole words."""
    return f" {one} " in f" {other} " or f" {other} " in f" {one} "


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--show", type=int, default=0, help="of how many articles a language to print the phrases")
    arguments = parser.parse_args()
    key_phrases = KeyPhrases.load()
    rows: dict[str, list[tuple[int, int, int, int]]] = defaultdict(list)
    spent = 0.0
    for folder in arguments.folders:
        for article in articles(folder):
            text = "\n\n".join(article.paragraphs)
            start = time.process_time()
            phrases = key_phrases.phrases(article.title, text, article.language)
            spent += time.process_time() - start
            whole = fold(f"{article.title or ''} {text}")
            wanted = [keyword for keyword in dict.fromkeys(map(fold, article.keywords)) if keyword in whole]
            if not wanted:
                continue
            found = [fold(phrase.text) for phrase in phrases]
            hits = sum(any(alike(keyword, each) for each in found) for keyword in wanted)
            right = sum(any(alike(keyword, each) for keyword in wanted) for each in found)
            language = (article.language or "?").partition("-")[0]
            rows[language].append((len(wanted), hits, len(found), right))
            if len(rows[language]) <= arguments.show:
                print(f"{language}  {article.title}\n    page:  {' | '.join(article.keywords)}")
                print(f"    Rafid: {' | '.join(phrase.text for phrase in phrases)}")
    for language, counts in sorted(rows.items(), key=lambda row: -len(row[1])):
        wanted_all, hits_all, found_all, right_all = (sum(column) for column in zip(*counts, strict=True))
        print(
            f"{language:>4} {len(counts):4} articles   {wanted_all:4} keywords in text, "
            f"found {hits_all / wanted_all:5.1%}   "
            f"{found_all:4} phrases, the page's own {right_all / max(1, found_all):5.1%}"
        )
    total = sum(map(len, rows.values()))
    print(f"{spent / max(1, total) * 1e6:.0f} µs of CPU an article with keywords")
    return 0


if __name__ == "__main__":
    sys.exit(main())
