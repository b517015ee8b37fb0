"""A county with many times the content and every language the program knows, made in a folder.

Each topic is there several times under ids of its own, in groups of their own; languages that are
not translated get the texts of one that is. It is read as content that was checked before: that
two topics read the same, and that nobody translated the words of danger, is what checks are for.
"""

import re
import shutil
from pathlib import Path
from typing import Final

from bot.i18n.languages import LANGUAGES
from tests.playing.house import ROOT

PATTERN: Final = "uk"
"""The translation that stands in for those that are missing."""


def many(folder: Path, times: int, *, every_language: bool) -> tuple[Path, Path]:
    """Content and locales with each topic `times` times; returns the two folders."""
    content, locales = folder / "content", folder / "locales"
    for name, target in (("content", content), ("locales", locales)):
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(ROOT / name, target)
    topics = sorted(path.stem for path in (content / "topics").glob("*.yaml"))
    for copy in range(2, times + 1):
        for topic in topics:
            _copy_topic(content / "topics", topic, copy)
            for po in sorted(locales.glob(f"*/LC_MESSAGES/{topic}.po")):
                _copy_texts(po, topic, copy)
    _copy_groups(content / "home.yaml", locales, times)
    for region in sorted(content.glob("regions/*/region.yaml")):
        _copy_fillings(region, times)
    if every_language:
        for language in LANGUAGES.values():
            if not (locales / language.folder).exists():
                shutil.copytree(locales / PATTERN, locales / language.folder)
                _rename_language(locales / language.folder, language.code)
    return content, locales


def _copy_topic(topics: Path, topic: str, copy: int) -> None:
    text = (topics / f"{topic}.yaml").read_text(encoding="utf-8")
    text = re.sub(rf"^topic: {topic}$", f"topic: {topic}_{copy}", text, flags=re.MULTILINE)
    text = re.sub(r"^group: (\w+)$", rf"group: \1_{copy}", text, flags=re.MULTILINE)
    text = re.sub(rf"\b{topic}\.(?=\w)", f"{topic}_{copy}.", text)
    (topics / f"{topic}_{copy}.yaml").write_text(text, encoding="utf-8")


def _copy_texts(po: Path, topic: str, copy: int) -> None:
    text = po.read_text(encoding="utf-8").replace(f'msgctxt "{topic}/', f'msgctxt "{topic}_{copy}/')
    po.with_name(f"{topic}_{copy}.po").write_text(text, encoding="utf-8")


def _copy_groups(home: Path, locales: Path, times: int) -> None:
    text = home.read_text(encoding="utf-8")
    lines = re.findall(r"^  (\w+): (\{icon: .*\})$", text, flags=re.MULTILINE)
    for copy in range(2, times + 1):
        for name, line in lines:
            later = re.sub(r"order: (\d+)", rf"order: {copy}\1", line)
            text += f"  {name}_{copy}: {later}\n"
    home.write_text(text, encoding="utf-8")
    for po in locales.glob("*/LC_MESSAGES/home.po"):
        known = po.read_text(encoding="utf-8")
        entries = re.findall(r'(msgctxt "home/\w+#title"\n.*?)(?:\n\n|\Z)', known, flags=re.DOTALL)
        for copy in range(2, times + 1):
            for entry in entries:
                known += "\n" + re.sub(r"(home/\w+)#", rf"\1_{copy}#", entry).rstrip() + "\n"
        po.write_text(known, encoding="utf-8")


def _copy_fillings(region: Path, times: int) -> None:
    """What the region writes into cards it writes into each copy as well."""
    text = region.read_text(encoding="utf-8")
    head, found, rest = text.partition("\nfill:\n")
    if not found:
        return
    own = re.match(r"(?:(?:  .*)?\n)*", f"{rest}\n")
    filled = own.group().rstrip() if own else ""
    copies = (
        re.sub(r"^  (\w+)\.(\w+):", rf"  \1_{copy}.\2:", filled, flags=re.MULTILINE)
        for copy in range(2, times + 1)
    )
    after = rest[len(filled) :]
    region.write_text("\n".join([head + found + filled, *copies]) + after, encoding="utf-8")


def _rename_language(folder: Path, code: str) -> None:
    for po in folder.glob("LC_MESSAGES/*.po"):
        text = po.read_text(encoding="utf-8")
        po.write_text(text.replace(f'"Language: {PATTERN}\\n"', f'"Language: {code}\\n"'), "utf-8")
