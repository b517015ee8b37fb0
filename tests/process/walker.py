"""People who press and write whatever they can, in any state and any order.

A walk follows a seed and the buttons that are on the screen; it knows no path through the bot.
What has to be true whatever was done is in `screens`.
"""

import random  # noqa: TID251  walks follow a seed
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from bot.model.buttons import Do
from bot.model.turns import CommandName
from tests.botapi.people import Press, User
from tests.botapi.screen import Button, Shown
from tests.playing.newcomer import plain

PATIENCE = 30.0
NEAR = 2
"""How many of the newest messages with buttons a person looks at, unless they scroll up."""

FAR: Mapping[Do, int] = {
    Do.ANSWER: 20,
    Do.CHOSEN: 12,
    Do.TOGGLE: 6,
    Do.REUSE: 12,
    Do.RESULT: 12,
    Do.TOPIC: 6,
    Do.NO_TEXT: 4,
    Do.LEAVING_OUT: 8,
    Do.LEAVE_OUT_TEXT: 8,
}
"""How likely somebody goes on compared to turning back: else nobody ever reaches the end."""

REST = 16
"""Updates after which a person puts the phone away for a while: more at once is a flood."""

DELETING = frozenset({Do.DELETE_NOW})
CANARY = "Kanarienvogel"
"""A word in everything that is written: it must never be in a log."""

NASTY = (
    f"{CANARY} <b>fett</b> & <script>alert(1)</script> </b> &amp; &lt;i&gt;",
    f"{CANARY} <tg-spoiler>x</tg-spoiler><a href='tg://user?id=1'>ich</a> *_`[x](http://y.example)",
    f"\u202e{CANARY} \u2067\u202dabc \u200e\u200f\u061c\ufeff",
    f"{CANARY} z\u0335\u0321\u0322\u0338a\u0336\u0315\u035bl\u0337\u0322\u0310g\u0334o" * 30,
    f"{CANARY}\x00mit\x07Steuerzeichen\x1b[31m\u2028neue\u2029Zeile\ttab",
    f"{CANARY} 👨‍👩‍👧‍👦🏳️‍🌈🇺🇦🧕🏽" * 40,
    (f"{CANARY} & <" * 400)[:4096],
    "A" * (4096 - len(CANARY)) + CANARY,
    f"{CANARY} {{name}} %s {{0}} {{code}} #text bot/menu#text",
    f"'; DROP TABLE people; -- {CANARY}",
    f"= 1+1 {CANARY}",
    "99",
    "+",
    "?",
    "/",
    "//",
    f"/unknown {CANARY}",
    "/menu@another_bot",
)
NUMBERS = ("1", "٢", "3.", "７", "0", "-1", "1e9")
"""An option of the question on the screen, or none."""

HARMLESS: Mapping[str, tuple[str, ...]] = {
    "de": ("Hallo", "Ich suche einen Deutschkurs", "Arbeit", "Mein Chef zahlt nicht"),
    "en": ("hello", "I am looking for a language course", "work", "school for my daughter"),
    "uk": ("Добрий день", "шукаю роботу", "курси німецької", "школа для дитини"),
    "ar": ("مرحبا", "أبحث عن عمل", "دورة لغة", "مدرسة لابني"),
}
DANGEROUS: Mapping[str, tuple[str, ...]] = {
    "de": ("Mein Mann schlägt mich", "Ich will nicht mehr leben"),
    "en": ("my husband beats me", "I want to kill myself"),
    "uk": ("чоловік мене б'є", "не хочу жити"),
    "ar": ("زوجي يضربني", "أريد أن أموت"),
}
COMMANDS = tuple(f"/{name}" for name in CommandName if name is not CommandName.START)
LINKS = ("/start", "/start work", "/start school-neudorf", "/start no-such-topic", "/start ☃ <b>")
FORGED = (
    "", "~" * 64, "\x00", "....", "a.b.c.d.e.f", "t.zzzzzz", "py", "pq.zzzzzz", "k.AAAAAA",
    "ke.AAAAAA..1", "kq.AAAAAA~zzzzzz.zzzzzz.1", "sc.AAAAAA..1", "sx.AAAAAA",
    "ss.AAAAAA.zzzzzz.1", "l....xx", "ks", "na....zz",
    "a......", "a..." + "z" * 55, "C!", "h!", "p.-.-.-.-", "🙂" * 16, "at....-1",
)  # fmt: skip


@dataclass
class Walker:
    """A newcomer with a seed. `pressed` counts what kinds of buttons they have pressed."""

    user: User
    language: str
    seed: int
    refused: Collection[Do] = DELETING
    wishes: Collection[Do] = ()
    pressed: dict[Do, int] = field(default_factory=dict)
    presses: list[Press] = field(default_factory=list)
    since_rest: int = 0
    commands: list[str] = field(default_factory=list)
    said: list[int] = field(default_factory=list)
    did: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)  # noqa: S311

    def step(self) -> None:
        """Do one thing: most often press what was pressed least, else anything at all."""
        if self.user.chat.blocked:
            self.user.unblock()
            self.send("/menu")
            return
        if self.since_rest >= REST:
            self.rest()
            return
        kinds: Mapping[Callable[[], None], int] = {
            self.press: 60,
            self.press_twice: 6,
            self.press_old: 6,
            self.forge: 4,
            self.command: 6,
            self.write: 12,
            self.edit: 3,
            self.attach: 5,
            self.react: 2,
            self.block: 1,
        }
        if self._is_offered(Do.NO_TEXT) and self.chance.random() < 0.8:
            self.write()
            return
        if self._is_offered(Do.ANSWER) and self.chance.random() < 0.1:
            self.send(self.chance.choice(NUMBERS))
            return
        (chosen,) = self.chance.choices(list(kinds), list(kinds.values()))
        chosen()

    def rest(self) -> None:
        """Come back after a while and say something."""
        self.since_rest = 0
        self.write()

    def take(self, label: str) -> None:
        """Press the newest button that reads `label`."""
        for message in reversed(self.user.screen().from_bot):
            for button in message.buttons:
                if plain(button.text) == label:
                    self._press(message, button)
                    return
        raise AssertionError(f"no button {label!r}:\n{self.user.screen()}")

    # --- pressing ---------------------------------------------------------------------

    def press(self) -> None:
        found = self._offered()
        if found is None:
            self.send(self.chance.choice(LINKS))
        else:
            self._press(*found)

    def press_twice(self) -> None:
        found = self._offered()
        if found is not None:
            self._press(*found)
            self._press(*found)

    def press_old(self) -> None:
        """Scroll up and press anything."""
        shown = self._shown()
        if shown:
            self._press(*self.chance.choice(shown))

    def forge(self) -> None:
        shown = self.user.screen().from_bot
        if not shown:
            return
        data = self.chance.choice(FORGED)
        self._sent(f"forge {data!r}")
        self.presses.append(self.user.forge(data, message=self.chance.choice(shown).id))

    def _press(self, message: Shown, button: Button) -> None:
        assert button.data is not None
        do = kind_of(button.data)
        self.pressed[do] = self.pressed.get(do, 0) + 1
        self._sent(f"press {do.name} {button.text!r} {button.data}")
        self.presses.append(self.user.forge(button.data, message=message.id))

    def _may(self, button: Button) -> bool:
        """Whether they would press it: they stay with their language."""
        if button.data is None or kind_of(button.data) in self.refused:
            return False
        foreign = not button.data.endswith(f".{self.language}")
        return not (kind_of(button.data) is Do.LANGUAGE and foreign)

    def _shown(self) -> list[tuple[Shown, Button]]:
        """Every button of the chat that they would press, however old."""
        return [
            (message, button)
            for message in self.user.screen().from_bot
            for button in message.buttons
            if self._may(button)
        ]

    def _offered(self) -> tuple[Shown, Button] | None:
        """What they wish for, else a kind of button they never pressed, else what leads far."""
        shown = self._shown()
        wished = [pair for pair in shown if kind_of(pair[1].data or "") in self.wishes]
        if wished:
            return self.chance.choice(wished)
        newest = {message.id for message in self.user.screen().from_bot if message.buttons}
        near = sorted(newest)[-NEAR:]
        offered = [pair for pair in shown if pair[0].id in near]
        new = [pair for pair in offered if kind_of(pair[1].data or "") not in self.pressed]
        offered = new or offered
        weights = [FAR.get(kind_of(button.data or ""), 1) for _, button in offered]
        return self.chance.choices(offered, weights)[0] if offered else None

    def _is_offered(self, do: Do) -> bool:
        newest = self.user.screen().from_bot[-1:]
        data = [button.data for message in newest for button in message.buttons if button.data]
        return do in map(kind_of, data)

    # --- writing and the rest ---------------------------------------------------------

    def send(self, text: str) -> None:
        self._sent(f"send {text[:60]!r}")
        self.said.append(self.user.send(text))

    def command(self) -> None:
        """One after the other, in an order of their own."""
        if not self.commands:
            self.commands = self.chance.sample(COMMANDS + LINKS, len(COMMANDS + LINKS))
        self.send(self.commands.pop())

    def write(self) -> None:
        words = (*HARMLESS[self.language], *DANGEROUS[self.language], *NASTY, *NASTY)
        self.send(self.chance.choice(words))

    def edit(self) -> None:
        if self.said:
            self._sent("edit")
            self.user.edit(self.chance.choice(self.said), f"{CANARY} {self.since_rest}")

    def attach(self) -> None:
        user, album = self.user, str(len(self.did))
        kinds: tuple[Callable[[], int], ...] = (
            user.sticker,
            user.voice,
            lambda: user.photo(self.chance.choice(("", *NASTY[:5]))[:1000]),
            lambda: max(user.photo(album=album), user.photo(album=album), user.photo(album=album)),
            user.document,
            user.location,
            user.contact,
            user.poll,
        )
        number = self.chance.randrange(len(kinds))
        self._sent(f"attach {number}")
        self.since_rest += 2
        kinds[number]()

    def react(self) -> None:
        from_bot = self.user.screen().from_bot
        if from_bot:
            self._sent("react")
            self.user.react(self.chance.choice(from_bot).id, "👍")

    def block(self) -> None:
        """Block the bot until the next step."""
        self._sent("block")
        self.user.block()

    def _sent(self, what: str) -> None:
        self.since_rest += 1
        self.did.append(what)


def kind_of(data: str) -> Do:
    """What a button of the bot does."""
    return Do(data.partition(".")[0].removesuffix("!"))
