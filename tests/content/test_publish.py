"""Publishing is all or nothing, and an older git revision takes the bot back."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.content import diff, publish
from bot.content.publish import Folders, Store
from bot.content.revisions import NoRevision, at_revision, name_of, state_of
from bot.publishing import Publishing
from tests.content.folder import Folder

COURSES = "topics/courses.yaml"
NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


class Repository:
    """A content folder in git, and its releases."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.store = Store.of(folder.root / "data")
        self.releases = self.store.releases
        self.clock = NOW
        folder.locales.mkdir(exist_ok=True)
        (folder.locales / ".keep").touch()
        self.git("init", "-q", "-b", "main")
        self.git("config", "user.email", "editor@kreis.example")
        self.git("config", "user.name", "Editor")
        (folder.root / ".gitignore").write_text("data\n")
        self.commit("first")

    def git(self, *arguments: str) -> None:
        subprocess.run(["git", "-C", str(self.folder.root), *arguments], check=True)

    def commit(self, message: str) -> None:
        self.git("add", "-A")
        self.git("commit", "-q", "-m", message)

    def publish(self, revision: str | None = None) -> tuple[int, list[str]]:
        self.clock += timedelta(minutes=1)
        folders = Folders(self.folder.content, self.folder.locales)
        return publish.publish(folders, self.store, ["kreis"], self.clock, revision)

    def runs(self) -> str:
        """A sentence of what runs."""
        release = self.releases.current()
        assert release is not None
        return (release.content / COURSES).read_text(encoding="utf-8")

    def diff(self, revision: str) -> tuple[int, str]:
        code, lines = diff.diff(self.folder.content, ["kreis"], revision)
        return code, "\n".join(lines)


@pytest.fixture
def repository(folder: Folder) -> Repository:
    return Repository(folder)


def test_clean_content_runs_and_is_listed_with_its_revision(repository: Repository) -> None:
    code, lines = repository.publish()
    revision = name_of(repository.folder.content, "HEAD")
    assert (code, lines) == (0, [f"published 20261122T100100.000000Z from {revision[:10]}"])
    code, (line,) = publish.history(repository.releases)
    assert line.startswith(f"* 2026-11-22 10:01 {revision[:10]}")


def test_a_bot_takes_a_release_without_reading_it(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.publish()
    folders = (repository.folder.content, repository.folder.locales)
    bot = Publishing(*folders, "kreis", repository.releases, prepared=repository.store.prepared)
    before = bot.contents.current().version
    text = next(one for one in bot.contents.texts.values() if one.domain == "courses")
    repository.folder.change(COURSES, text.german, f"{text.german} Neu.")
    repository.publish()
    monkeypatch.setattr("bot.content.load.read_sources", None)
    assert not any(problem.blocks for problem in bot.refresh())
    assert bot.contents.current().version != before
    assert bot.renderer.text(text.key, "de") == f"{text.german} Neu."


def test_broken_content_is_refused_with_its_findings(repository: Repository) -> None:
    repository.publish()
    before = repository.runs()
    repository.folder.change(COURSES, "[none, basic]}", "[none, basics]}")
    code, lines = repository.publish()
    assert code == 1
    assert "courses.yaml" in lines[0]
    assert "condition-option-unknown" in lines[0]
    assert lines[-1] == "nothing was published; the old content stays"
    assert repository.runs() == before
    assert len(repository.releases.history()) == 1


def test_what_newcomers_hold_must_not_vanish(repository: Repository) -> None:
    repository.publish()
    repository.folder.change(COURSES, "  talk:\n", "  speak:\n")
    repository.folder.change(COURSES, "cards: [talk]", "cards: [speak]")
    code, lines = repository.publish()
    assert code == 1
    assert "published-id-removed" in lines[0]


def test_going_back_is_publishing_an_older_revision(repository: Repository) -> None:
    repository.publish()
    repository.folder.change(
        COURSES,
        "  - use: person.place\n",
        "  - ask: hours\n    type: yes_no\n    text: Haben Sie am Abend Zeit?\n"
        "    summary: Zeit am Abend\n  - use: person.place\n",
    )
    text = repository.folder.read(COURSES).partition("tests:")[0]
    repository.folder.write(COURSES, text)
    repository.commit("one more question")
    assert repository.publish()[0] == 0
    assert "hours" in repository.runs()
    code, lines = repository.publish("HEAD~1")
    assert code == 0
    assert "1 ids rest until newer content returns; answers to them are kept" in lines
    assert "hours" not in repository.runs()
    assert publish.history(repository.releases)[1][0].endswith("(back)")
    assert repository.publish("main")[0] == 0, "and forward again"
    assert "hours" in repository.runs()


def test_the_same_content_is_not_published_twice(repository: Repository) -> None:
    repository.publish()
    assert repository.publish() == (0, ["this content runs already"])
    assert len(repository.releases.history()) == 1


def test_changed_files_have_no_revision_to_come_back_to(repository: Repository) -> None:
    repository.folder.change(COURSES, "title: Mehr sprechen", "title: Viel sprechen")
    code, lines = repository.publish()
    assert code == 0
    assert lines[-1].startswith("some files are in no git revision")
    assert " changed files " in publish.history(repository.releases)[1][0]


def test_an_unknown_revision_publishes_nothing(repository: Repository) -> None:
    code, lines = repository.publish("nowhere")
    assert code == 1
    assert "has no revision `nowhere`" in lines[0]
    assert repository.releases.current() is None


def test_the_bot_takes_what_is_released_and_nothing_else(repository: Repository) -> None:
    folder = repository.folder
    repository.publish()
    publishing = Publishing(folder.content, folder.locales, "kreis", repository.releases)
    first = publishing.contents.current().version
    folder.change(COURSES, "title: Mehr sprechen", "title: Viel sprechen")
    publishing.refresh()
    assert publishing.contents.current().version == first, "saved is not released"
    repository.publish()
    publishing.refresh()
    assert publishing.contents.current().version != first
    assert publishing.renderer.text("courses/card.talk#title", "de") == "Viel sprechen"
    repository.publish("HEAD")
    publishing.refresh()
    assert publishing.contents.current().version == first, "and back again"


def test_an_interrupted_release_leaves_the_old_one(repository: Repository) -> None:
    """Killed while copying: what was begun is not a release and is not listed."""
    repository.publish()
    begun = repository.releases.folder / ".20261122T110000.000000Z.begun" / "content"
    begun.mkdir(parents=True)
    running = repository.releases.current()
    assert running is not None
    assert [each.name for each in repository.releases.history()] == [running.name]


def test_a_folder_without_git_says_so(tmp_path: Path) -> None:
    assert state_of(tmp_path) is None
    with pytest.raises(NoRevision, match="in no git repository"), at_revision([tmp_path], "HEAD"):
        pass


def test_diff_names_texts_ids_and_what_open_conversations_notice(repository: Repository) -> None:
    repository.folder.change(COURSES, "title: Mehr sprechen", "title: Viel sprechen")
    repository.folder.change(
        COURSES,
        "  - ask: childcare\n",
        "  - ask: evening\n    type: yes_no\n    text: Haben Sie am Abend Zeit?\n"
        "    summary: Abend\n  - ask: childcare\n",
    )
    code, text = repository.diff("HEAD")
    assert code == 0
    assert "question courses.evening: added" in text
    assert "- Mehr sprechen\n    + Viel sprechen" in text
    assert "is asked another question next" in text
    assert "was at the result, is asked one more question" in text
    assert "notices nothing" in text


def test_diff_says_what_would_keep_it_from_being_published(repository: Repository) -> None:
    repository.folder.change(COURSES, "  talk:\n", "  speak:\n")
    repository.folder.change(COURSES, "cards: [talk]", "cards: [speak]")
    code, text = repository.diff("HEAD")
    assert code == 1
    assert "published-id-removed the card `courses.talk`" in text
    assert "renames: {talk: other_card}" in text


def test_diff_of_nothing(repository: Repository) -> None:
    code, text = repository.diff("HEAD")
    assert (code, text.endswith("Open conversations: nobody notices anything")) == (0, True)
