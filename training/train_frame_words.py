"""Learn which words belong to the frame of news sites: ``streams/parse/frame_words.tsv``.

``python -m training.train_frame_words --data DIR`` fits a sparse logistic regression that tells frame lines (buttons,
calls, counters, notices) from lines of stories by their words and pairs of words, and writes the words with their
weights, so that a person can read and correct them. Deterministic. What it learns from:

- frame: lines that we wrote as sites print them (``training/frame_lines/``), and the text of real pages that stands
  outside their gold body (``html_article_benchmark``, ``html_publishers_dev``), but for links;
- story: the gold bodies, paragraphs and sentences of ``topics_train`` and ``ant_ar``, headlines, and subheadings that
  we wrote.
"""

import argparse
import gzip
import io
import json
import lzma
import random
import re
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import numpy as np
from lxml.html import HTMLParser, document_fromstring
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from streams.fold import fold
from streams.parse.blocks import read_blocks
from streams.parse.furniture import read_words
from training.topic_articles import NOT_FREE

OURS = Path(__file__).parent / "frame_lines"
MODEL = Path(__file__).parents[1] / "streams" / "parse" / "frame_words.tsv"
_SENTENCE = re.compile(r"(?<=[.!?؟۔])\s+")
_MOST_WORDS = 40
_LEAST_SITES = 4
_HEADLINE_WORDS = 6


class Line(NamedTuple):
    """A line to learn from, and whether it belongs to a frame. ``site``: where it stood; a word that few sites use is
    not learned."""

    text: str
    frame: bool
    weight: float
    site: str


def our_lines() -> Iterator[Line]:
    """The lines that we wrote: ``frame_*.txt`` and ``subheads_*.txt``, one each."""
    for path in sorted(OURS.glob("*.txt")):
        for text in path.read_text("utf-8").splitlines():
            if text.strip():
                yield Line(text, path.name.startswith("frame"), 3.0, text)


def story_lines(data: Path) -> Iterator[Line]:
    """Headlines, paragraphs and sentences of articles."""
    chooser = random.Random(1)
    for name in ("topics_train", "ant_ar"):
        with lzma.open(data / f"{name}.jsonl.xz", "rt", encoding="utf-8") as file:
            articles = [json.loads(line) for line in file]
        for article in articles[:: 4 if name == "ant_ar" else 1]:
            if article.get("topics") == [] or article["id"].startswith(NOT_FREE):
                continue
            if article["title"]:
                yield Line(article["title"], False, 3.0, article["id"])
            sentences = [s for p in article["text"].split("\n") for s in _SENTENCE.split(p) if s.strip()]
            for sentence in chooser.sample(sentences, min(8, len(sentences))):
                yield Line(sentence, False, 1.0, article["id"])


def page_lines(data: Path) -> Iterator[Line]:
    """Frame and story of real pages, told apart by their gold."""
    for site, markup, body in _pages(data):
        story = {fold(line) for line in body}
        joined = fold(" ".join(body))
        yield from (Line(line, False, 1.0, site) for line in body)
        tree = document_fromstring(markup, parser=HTMLParser(encoding="utf-8"))
        links = {fold(" ".join(a.itertext())) for a in tree.iter("a")}
        for line in dict.fromkeys(read_blocks(tree)):
            folded = fold(line)
            if not folded or folded in joined or folded in story or folded.count(" ") >= _MOST_WORDS:
                continue
            linked = any(link in folded for link in links if len(link) > len(folded) * 0.5)
            if linked and folded.count(" ") >= _HEADLINE_WORDS:
                yield Line(line, False, 1.0, site)  # the headline of another story
            elif not linked:  # short links are sections: where they stand tells what they are, and not their words
                yield Line(line, True, 0.1, site)


def _pages(data: Path) -> Iterator[tuple[str, bytes, list[str]]]:
    with tarfile.open(data / "html_article_benchmark.tar.xz") as archive:
        truth = json.load(_member(archive, "html_article_benchmark/./ground-truth.json"))
        for name, gold in sorted(truth.items()):
            page = gzip.decompress(_member(archive, f"html_article_benchmark/./html/{name}.html.gz").read())
            yield urlsplit(gold["url"]).netloc, page, [line for line in gold["articleBody"].split("\n") if line.strip()]
    with tarfile.open(data / "html_publishers_dev.tar.xz") as archive:
        golds: dict[str, Any] = {}
        pages: dict[str, bytes] = {}
        for member in archive.getmembers():
            if member.name.endswith(".json"):
                golds[member.name.removesuffix(".json")] = json.load(_member(archive, member.name))
            elif member.name.endswith(".html.gz"):
                pages[member.name] = gzip.decompress(_member(archive, member.name).read())
        for name, page in sorted(pages.items()):
            gold = golds.get(re.sub(r"_\d{4}_\d{2}_\d{2}\.html\.gz$", "", name), {})
            for version in gold.values():
                body = version.get("body") if isinstance(version, dict) else None
                if body:
                    sections = body["sections"]
                    lines = [*body["summary"], *(line for s in sections for line in (*s["headline"], *s["paragraphs"]))]
                    yield name.split("_")[0], page, [line for line in lines if line.strip()]
                    break


def _member(archive: tarfile.TarFile, name: str) -> io.BufferedReader:
    file = archive.extractfile(name)
    assert file is not None, name
    return file  # type: ignore[return-value]


def fit(lines: list[Line]) -> tuple[list[tuple[str, float]], float]:
    """Words and pairs with their weights, and the bias; prints how well lines held apart are told."""
    sites: dict[str, set[str]] = {}
    for line in lines:
        for word in set(read_words(fold(line.text))):
            known = sites.setdefault(word, set())
            if len(known) < _LEAST_SITES:
                known.add(line.site)
    words = sorted(word for word, where in sites.items() if len(where) >= _LEAST_SITES and "example" not in word)
    vectorizer = CountVectorizer(analyzer=lambda line: sorted(set(read_words(fold(line)))), vocabulary=words)
    table = vectorizer.transform([line.text for line in lines])
    truth = np.array([line.frame for line in lines])
    weights = np.array([line.weight for line in lines])
    model = LogisticRegression(C=0.5, l1_ratio=1, solver="liblinear", random_state=1)
    guessed = cross_val_predict(
        model,
        table,
        truth,
        cv=StratifiedKFold(4, shuffle=True, random_state=1),
        params={"sample_weight": weights},
        method="decision_function",
    )
    ours = np.array([line.weight > 1 for line in lines])
    for threshold in (0.0, 0.5, 1.0, 1.5, 2.0, 3.0):
        told = guessed > threshold
        print(
            f"over {threshold}: of our frame lines {told[truth & ours].mean():.3f}, "
            f"of real pages' {told[truth & ~ours].mean():.3f}; "
            f"of our subheadings {told[~truth & ours].mean():.3f}, of story lines {told[~truth & ~ours].mean():.4f}"
        )
    model.fit(table, truth, sample_weight=weights)
    names = vectorizer.get_feature_names_out()
    learned = [
        (str(names[place]), float(model.coef_[0][place])) for place in np.flatnonzero(np.abs(model.coef_[0]) > 0.05)
    ]
    return sorted(learned, key=lambda item: (-item[1], item[0])), float(model.intercept_[0])


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--data", type=Path, required=True)
    options = arguments.parse_args()
    if not (options.data / "topics_train.jsonl.xz").exists():
        print(f"no training data in {options.data}")
        return 2
    lines = [
        line for line in (*our_lines(), *story_lines(options.data), *page_lines(options.data)) if line.text.strip()
    ]
    print(f"{sum(line.frame for line in lines):,} frame lines, {sum(not line.frame for line in lines):,} story lines")
    learned, bias = fit(lines)
    with MODEL.open("w", encoding="utf-8") as file:
        file.write("# Words of site frames and of stories, with weights: see frame_words.md.\n")
        file.write(f"\t{bias:.3f}\n")
        file.writelines(f"{word}\t{weight:.2f}\n" for word, weight in learned)
    print(f"{len(learned):,} words, {MODEL.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
