"""Settings from the environment, all faults at once.

Every setting is `LOTSE_<NAME>`; `LOTSE_<NAME>_FILE` names a file that holds the
value, for secrets. Only `bot.cli` and `bot.wiring` look at settings; every other
part receives values. Documented one by one in docs/settings.md.
"""

import os
import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping
from pathlib import Path
from re import fullmatch
from typing import Annotated, Final, Literal, Self
from urllib.parse import SplitResult, parse_qs, urlsplit

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)

PREFIX: Final = "LOTSE_"
_ROOT: Final = Path(__file__).resolve().parents[1]
_TOKEN: Final = r"\d{3,}:[A-Za-z0-9_-]{10,}"
_HIGHEST_PORT: Final = 65535
_SERVER: Final = re.compile(
    r"""
    postgresql://
    (?: [^:/]* (?: :[^@]* )? @ )?+                    # name and password
    (?: \[ [^/?\]@]+ \] | [^/:?@]* )                  # host
    (?: : (?P<port> \d{0,5} ) )?
    (?= [/?] | \Z )
    """,
    re.ASCII | re.VERBOSE,
)
"""How SQLAlchemy reads the address of a server, but for what it would trip over later."""


class SettingsError(Exception):
    """Settings are wrong. `faults` has one line each: name, what is wrong, remedy."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def _address(value: object) -> object:
    """`host:port` as a pair, so that a wrong port is a fault here and not at start."""
    if not isinstance(value, str):
        return value
    host, separator, port = value.rpartition(":")
    if not separator or not _is_port(port):
        raise ValueError("must be host:port, for example 127.0.0.1:8080")
    return host.strip("[]") or "127.0.0.1", int(port)


def _is_port(text: str) -> bool:
    return fullmatch(r"[0-9]{1,5}", text) is not None and int(text) <= _HIGHEST_PORT


def _split(value: str) -> SplitResult | None:
    """The parts of an address; None for a faulty one.

    What the standard library says of it would quote it, password and all.
    """
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _names(value: object) -> object:
    """Names separated by commas."""
    if not isinstance(value, str):
        return value
    return frozenset(name.strip() for name in value.split(",") if name.strip())


Names = Annotated[frozenset[str], BeforeValidator(_names)]
Address = Annotated[tuple[str, int], BeforeValidator(_address)]


class Settings(BaseModel):
    """What the county decides. Names in capitals with LOTSE_ in front are the variables."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    telegram_token: SecretStr | None = None
    telegram_api: str = "https://api.telegram.org"
    telegram_group: int | None = None
    telegram_group_teams: Names = frozenset()
    webhook_url: str | None = None
    webhook_secret: SecretStr | None = None
    webhook_bind: Address = ("127.0.0.1", 8081)
    database_url: SecretStr | None = None
    data_dir: Path = Path("data")
    content_dir: Path = _ROOT / "content"
    locales_dir: Path = _ROOT / "locales"
    region: str = "musterkreis"
    desk_bind: Address = ("127.0.0.1", 8080)
    public_url: str | None = None
    free_text: Literal["telegram", "off"] = "telegram"
    master_key: SecretStr | None = None
    smtp_url: SecretStr | None = None
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info")

    @field_validator("telegram_token")
    @classmethod
    def _token_shape(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not fullmatch(_TOKEN, value.get_secret_value()):
            raise ValueError("must be the token as @BotFather gave it, like 123456:ABC...")
        return value

    @field_validator("telegram_api", "webhook_url", "public_url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = _split(value)
        if parts is None or parts.scheme not in {"http", "https"} or not parts.netloc:
            raise ValueError("must be a web address such as https://lotse.example")
        return value.rstrip("/")

    @field_validator("webhook_secret")
    @classmethod
    def _secret_shape(cls, value: SecretStr | None) -> SecretStr | None:
        allowed = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
        if value is not None and not (
            16 <= len(value.get_secret_value()) <= 256  # noqa: PLR2004
            and set(value.get_secret_value()) <= allowed
        ):
            raise ValueError("must be 16 to 256 characters of A-Z a-z 0-9 _ -")
        return value

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None or value.get_secret_value().startswith("sqlite:///"):
            return value
        if not value.get_secret_value().startswith("postgresql://"):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        found = _SERVER.match(value.get_secret_value())
        if found is None or not _is_port(found["port"] or "0"):
            raise ValueError(
                "must be postgresql://user:password@host:port/name, with a number as port; "
                "in name and password write @ as %40, : as %3A and / as %2F"
            )
        return value

    @field_validator("master_key")
    @classmethod
    def _key_length(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        try:
            keys = [b64decode(word, validate=True) for word in value.get_secret_value().split()]
        except (NotBase64, ValueError):
            keys = []
        if not 1 <= len(keys) <= 2 or any(len(key) != 32 for key in keys):  # noqa: PLR2004
            raise ValueError("must be 32 bytes in base64; or two such keys, one a line")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _mail_address(cls, value: SecretStr | None) -> SecretStr | None:
        if value is None:
            return None
        parts = _split(value.get_secret_value())
        sender = "" if parts is None else parse_qs(parts.query).get("from", [""])[0]
        if (
            parts is None
            or parts.scheme not in {"smtp", "smtps"}
            or not parts.hostname
            or "@" not in sender
        ):
            raise ValueError(
                "must be smtp://user:password@host:port?from=address, or smtps://; in name and "
                "password write @ as %40, : as %3A, / as %2F, ? as %3F and # as %23"
            )
        return value

    @field_validator("content_dir", "locales_dir")
    @classmethod
    def _folder(cls, value: Path) -> Path:
        if not value.is_dir():
            raise ValueError(f"there is no folder {value}")
        return value

    @model_validator(mode="after")
    def _webhook_whole(self) -> Self:
        if self.webhook_url is not None and self.webhook_secret is None:
            raise ValueError("LOTSE_WEBHOOK_URL needs LOTSE_WEBHOOK_SECRET: 16 or more characters")
        return self


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Settings from `environment` (the process's own by default).

    Raises SettingsError with every fault: unknown names, unreadable files, wrong values.
    """
    given = os.environ if environment is None else environment
    values: dict[str, str] = {}
    faults: list[str] = []
    for name in sorted(name for name in given if name.startswith(PREFIX)):
        _read(name, given[name], values, faults)
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        faults.extend(_told(error))
        raise SettingsError(faults) from None
    if faults:
        raise SettingsError(faults)
    return settings


def _read(name: str, value: str, values: dict[str, str], faults: list[str]) -> None:
    field = name.removeprefix(PREFIX).lower()
    base = field.removesuffix("_file")
    if field in Settings.model_fields:
        if value.strip():
            values[field] = value.strip()
    elif field != base and base in Settings.model_fields:
        if base in values:
            faults.append(f"{name}: {PREFIX}{base.upper()} is set too; keep one of the two")
            return
        try:
            values[base] = Path(value).read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            faults.append(f"{name}: cannot read {_shown(value)} ({type(error).__name__})")
    else:
        faults.append(f"{name}: there is no such setting; see docs/settings.md")


def _shown(path: str) -> str:
    """The name of a file, unless it looks like the secret itself in the place of its file."""
    folder = os.path.dirname(path)  # noqa: PTH120 - a Path raises for what is no path
    known = path.startswith("/") and folder != "/" and os.path.isdir(folder)  # noqa: PTH112
    return path if known else "what it names, not a path in a folder that is there"


def _told(error: ValidationError) -> list[str]:
    """Each fault by the variable's name, never with its value."""
    lines = []
    for fault in error.errors(include_input=False, include_url=False):
        message = fault["msg"].removeprefix("Value error, ")
        name = f"{PREFIX}{str(fault['loc'][0]).upper()}: " if fault["loc"] else ""
        lines.append(f"{name}{message}")
    return lines
