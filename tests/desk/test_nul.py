"""A character that PostgreSQL takes in no text is no reason for another answer."""

from bot.desk.app import create_server
from tests.databases import opened
from tests.desk.browser import Visitor
from tests.desk.served import parts_of
from tests.usecases.county import County


def test_a_nul_is_answered_like_anything_unknown(postgres_url: str) -> None:
    with opened(postgres_url) as store:
        visitor = Visitor(create_server(parts_of(County(store=store))))
        assert visitor.sign_in("no\0body").status_code == 401
        assert visitor.sign_in("anna").status_code == 200
        assert visitor.get("/desk/tickets/%00").status_code == 404
        assert visitor.get("/desk/tickets/NO%00NE").status_code == 404
