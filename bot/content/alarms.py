"""How well danger is recognised in the test sentences beside `emergency.yaml`, by language.

They were written while the words were chosen, so the rates say how the words fit
their own tests; sentences nobody has seen will do worse. A missed danger and a
false alarm are named by `lotse content check`.
"""

from collections import Counter
from collections.abc import Iterator

from bot.content.schema_lists import EmergencyFile
from bot.engine.urgent import recognise
from bot.model.content import Content


def rates(content: Content, file: EmergencyFile) -> Iterator[str]:
    """One line a language: dangers heard, and false alarms."""
    dangers: Counter[str] = Counter()
    heard: Counter[str] = Counter()
    harmless: Counter[str] = Counter()
    alarms: Counter[str] = Counter()
    for kind in file.kinds.values():
        for language, sentences in kind.tests.danger.items():
            dangers[language] += len(sentences)
            heard[language] += sum(recognise(content, text) is not None for text in sentences)
        for language, sentences in kind.tests.harmless.items():
            harmless[language] += len(sentences)
            found = (recognise(content, text) for text in sentences)
            alarms[language] += sum(each is not None and not each.straight for each in found)
    for language in dangers | harmless:
        yield (
            f"danger in {language}: {_share(heard[language], dangers[language])} heard, "
            f"{_share(alarms[language], harmless[language])} false alarms"
        )


def _share(part: int, whole: int) -> str:
    percent = f" ({100 * part / whole:.1f} %)" if whole else ""
    return f"{part} of {whole}{percent}"
