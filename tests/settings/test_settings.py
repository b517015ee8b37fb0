"""Settings from the environment: defaults, files for secrets, every fault by its name."""

from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot.settings import Settings, SettingsError, read_settings

TOKEN = "123456:Abcdefghijklmno"
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


def faults(environment: dict[str, str]) -> list[str]:
    with pytest.raises(SettingsError) as raised:
        read_settings(environment)
    assert str(raised.value) == "\n".join(raised.value.faults)
    return raised.value.faults


def test_nothing_has_to_be_set() -> None:
    settings = read_settings({"PATH": "/bin", "LANG": "C"})
    assert settings == Settings()
    assert settings.telegram_token is None
    assert settings.desk_bind == ("127.0.0.1", 8080)
    assert settings.content_dir.is_dir()
    assert settings.locales_dir.is_dir()


def test_an_empty_variable_is_not_set() -> None:
    assert read_settings({"LOTSE_TELEGRAM_TOKEN": "  ", "LOTSE_PUBLIC_URL": ""}) == Settings()


def test_values_are_read() -> None:
    settings = read_settings(
        {
            "LOTSE_TELEGRAM_TOKEN": f" {TOKEN}\n",
            "LOTSE_TELEGRAM_GROUP": "-1001234567890",
            "LOTSE_TELEGRAM_API": "http://127.0.0.1:8081/",
            "LOTSE_DESK_BIND": "[::1]:9000",
            "LOTSE_WEBHOOK_BIND": ":9001",
            "LOTSE_FREE_TEXT": "off",
        }
    )
    assert settings.telegram_token is not None
    assert settings.telegram_token.get_secret_value() == TOKEN
    assert settings.telegram_group == -1001234567890
    assert settings.telegram_api == "http://127.0.0.1:8081"
    assert settings.desk_bind == ("::1", 9000)
    assert settings.webhook_bind == ("127.0.0.1", 9001)
    assert settings.free_text == "off"


def test_no_secret_is_shown_by_accident() -> None:
    secrets = {
        "LOTSE_TELEGRAM_TOKEN": TOKEN,
        "LOTSE_WEBHOOK_SECRET": "SecretCanary-SecretCanary",
        "LOTSE_MASTER_KEY": KEY,
        "LOTSE_DATABASE_URL": "postgresql://user:SecretCanary@host/name",
        "LOTSE_SMTP_URL": "smtp://user:SecretCanary@host?from=lotse@host",
    }
    shown = repr(read_settings(secrets)) + str(read_settings(secrets))
    assert not [value for value in secrets.values() if value in shown]
    assert "SecretCanary" not in shown


# --- files ------------------------------------------------------------------------


def test_a_file_holds_the_value(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n", encoding="utf-8")
    (tmp_path / "region").write_text("musterkreis", encoding="utf-8")
    settings = read_settings(
        {
            "LOTSE_TELEGRAM_TOKEN_FILE": str(tmp_path / "token"),
            "LOTSE_REGION_FILE": str(tmp_path / "region"),
        }
    )
    assert settings.telegram_token is not None
    assert settings.telegram_token.get_secret_value() == TOKEN
    assert settings.region == "musterkreis"


def test_every_setting_can_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "value").write_text("§", encoding="utf-8")
    for name in Settings.model_fields:
        told = " ".join(
            fault
            for fault in _faults_or_none({f"LOTSE_{name.upper()}_FILE": str(tmp_path / "value")})
        )
        assert "no such setting" not in told


def _faults_or_none(environment: dict[str, str]) -> list[str]:
    try:
        read_settings(environment)
    except SettingsError as error:
        return error.faults
    return []


def test_value_and_file_together_are_a_fault(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(TOKEN, encoding="utf-8")
    (fault,) = faults(
        {"LOTSE_TELEGRAM_TOKEN": TOKEN, "LOTSE_TELEGRAM_TOKEN_FILE": str(tmp_path / "token")}
    )
    assert (
        fault == "LOTSE_TELEGRAM_TOKEN_FILE: LOTSE_TELEGRAM_TOKEN is set too; keep one of the two"
    )


def test_a_file_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    missing, binary = faults(
        {
            "LOTSE_MASTER_KEY_FILE": str(tmp_path / "missing"),
            "LOTSE_TELEGRAM_TOKEN_FILE": str(tmp_path / "binary"),
        }
    )
    assert missing == (
        f"LOTSE_MASTER_KEY_FILE: cannot read {tmp_path / 'missing'} (FileNotFoundError)"
    )
    assert binary.endswith("(UnicodeDecodeError)")


def test_a_wrong_value_from_a_file_is_told_by_the_setting(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("SecretCanary", encoding="utf-8")
    (fault,) = faults({"LOTSE_TELEGRAM_TOKEN_FILE": str(tmp_path / "token")})
    assert fault.startswith("LOTSE_TELEGRAM_TOKEN: must be the token")
    assert "SecretCanary" not in fault


# --- faults -------------------------------------------------------------------------

WRONG = [
    ("TELEGRAM_TOKEN", "123456"),
    ("TELEGRAM_TOKEN", "123456:short"),
    ("TELEGRAM_TOKEN", f"bot{TOKEN}"),
    ("TELEGRAM_API", "api.telegram.example"),
    ("TELEGRAM_GROUP", "our group"),
    ("WEBHOOK_SECRET", "tooshort"),
    ("WEBHOOK_SECRET", "Umlaute-sind-äöü-verboten"),
    ("WEBHOOK_SECRET", "x" * 257),
    ("WEBHOOK_BIND", "8081"),
    ("DESK_BIND", "127.0.0.1:65536"),
    ("DESK_BIND", "127.0.0.1:-1"),
    ("PUBLIC_URL", "lotse.example"),
    ("PUBLIC_URL", "javascript:alert(1)"),
    ("DATABASE_URL", "mysql://host/name"),
    ("MASTER_KEY", "c2hvcnQ="),
    ("MASTER_KEY", "not base64 at all"),
    ("DATABASE_URL", "sqlite:lotse.db"),
    ("DATABASE_URL", "postgresql://host:54x2/name"),
    ("DATABASE_URL", "postgresql://host:65536/name"),
    ("SMTP_URL", "https://host"),
    ("SMTP_URL", "smtp://host:2x5?from=lotse@host"),
    ("SMTP_URL", "smtp://host:25"),
    ("SMTP_URL", "smtp://?from=lotse@host"),
    ("CONTENT_DIR", "no/such/folder"),
    ("LOCALES_DIR", "no/such/folder"),
    ("FREE_TEXT", "page"),
    ("LOG_LEVEL", "verbose"),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_value_is_told_by_the_name_of_its_variable(name: str, value: str) -> None:
    (fault,) = faults({f"LOTSE_{name}": value})
    assert fault.startswith(f"LOTSE_{name}: ")


NASTY = [
    "Secret\u2100Canary",
    "Secret\uff0fCanary",
    "[SecretCanary]",
    "[Secret\u2100Canary",
    "Secret/Canary",
    "Secret#Canary:8",
    "Secret?Canary",
    "Secret@Canary",
    "Secret:Canary",
    "Secret%zzCanary",
    "Secret\udcffCanary",
    "Secret\nCanary",
    "Secret\0Canary",
    "Secret Canary",
    "SecretCanary" * 500,
]
ADDRESSES = [
    "{0}",
    "{scheme}://{0}",
    "{scheme}://user:{0}",
    "{scheme}://host:{0}/name",
    "{scheme}://user:{0}@host:5432/name",
    "{scheme}://user:{0}@host:25?from=lotse@host",
    "{scheme}://user:{0}@host:2x5/name",
    "{scheme}://user:54/{0}@host:{0}/name",
]


@pytest.mark.parametrize("suffix", ["", "_FILE"])
@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("nasty", NASTY, ids=range(len(NASTY)))
def test_no_fault_of_a_setting_tells_its_value(nasty: str, address: str, suffix: str) -> None:
    """What a library says of a faulty address quotes it, password and all: fault 86."""
    schemes = {"database_url": "postgresql", "smtp_url": "smtp"}
    for name in Settings.model_fields:
        if name in {"content_dir", "locales_dir"}:
            continue  # folders are told, so that a wrong one can be found
        value = address.format(nasty, scheme=schemes.get(name, "https"))
        told = " ".join(_faults_or_none({f"LOTSE_{name.upper()}{suffix}": value}))
        assert "Secret" not in told
        assert "Canary" not in told


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://user:Secret/Canary@host:5432/name",
        "postgresql://user:Secret:Ca?n#ary@host/name",
        "postgresql://user@host",
        "postgresql:///name?host=/run/postgresql",
        "postgresql://user:@/name?host=/run/postgresql",
        "postgresql://user:Secret%40Canary@[::1]:5432/name?sslmode=require",
    ],
)
def test_an_address_that_the_database_can_use_is_taken(address: str) -> None:
    settings = read_settings({"LOTSE_DATABASE_URL": address})
    assert settings.database_url is not None
    assert make_url(settings.database_url.get_secret_value()).get_backend_name() == "postgresql"


def test_all_faults_are_told_at_once() -> None:
    wrong = {f"LOTSE_{name}": value for name, value in WRONG}
    told = faults({**wrong, "LOTSE_SURPRISE": "1", "LOTSE_SURPRISE_FILE": "x"})
    named = [fault.partition(":")[0] for fault in told]
    assert sorted(named) == sorted([*wrong, "LOTSE_SURPRISE", "LOTSE_SURPRISE_FILE"])


def test_a_webhook_needs_its_secret() -> None:
    (fault,) = faults({"LOTSE_WEBHOOK_URL": "https://lotse.example/hook"})
    assert "LOTSE_WEBHOOK_URL needs LOTSE_WEBHOOK_SECRET" in fault
