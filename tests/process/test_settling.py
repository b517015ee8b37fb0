"""What stays in memory is not looked through for garbage again."""

import gc
import weakref

from bot.serving import settle


class Ring:
    """Something that only the search for garbage frees."""

    def __init__(self) -> None:
        self.itself = self


def test_what_is_there_is_set_aside_and_what_becomes_garbage_is_freed() -> None:
    stays = Ring()
    try:
        settle()
        assert gc.get_freeze_count() > 0
        assert not any(one is stays for one in gc.get_objects())
        again = weakref.ref(stays)
        del stays
        settle()
        assert again() is None, "what has become garbage since is freed the next time"
    finally:
        gc.unfreeze()
