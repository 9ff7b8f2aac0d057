"""Settings come from the environment, and a wrong one is named without its value."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from app.errors import SettingsError
from app.settings import ROOT, Settings, documented


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch):
    for row in documented():
        monkeypatch.delenv(row.variable, raising=False)


def refusal(monkeypatch, variable, value):
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as caught:
        Settings.load()
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    assert variable in str(caught.value)
    return str(caught.value)


def test_without_variables_the_data_lies_in_the_project():
    settings = Settings.load()
    assert settings.data_dir == ROOT / "var"
    assert settings.database_url is None
    assert settings.region == "341103"


def test_an_empty_variable_is_no_setting(monkeypatch):
    monkeypatch.setenv("HUIMIN_DATA_DIR", "")
    assert Settings.load().data_dir == ROOT / "var"


def test_settings_do_not_change_once_read():
    with pytest.raises(ValidationError):
        Settings.load().region = "110101"


def test_the_data_folder_is_absolute(monkeypatch):
    monkeypatch.setenv("HUIMIN_DATA_DIR", "here")
    assert Settings.load().data_dir == Path.cwd() / "here"


@pytest.mark.parametrize("value", ["3411", "341103100", "abc", "041103", "34110"])
def test_the_region_is_that_of_a_county(monkeypatch, value):
    assert "6位行政区划代码" in refusal(monkeypatch, "HUIMIN_REGION", value)


@pytest.mark.parametrize("value", ["postgres://h/x", "postgresql://h/x", "postgresql+psycopg://h/x"])
def test_postgresql_is_reached_through_psycopg(monkeypatch, value):
    monkeypatch.setenv("HUIMIN_DATABASE_URL", value)
    url = Settings.load().database_url
    assert url is not None
    assert url.get_secret_value() == "postgresql+psycopg://h/x"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("hunter2", "不是合法的数据库地址"),
        ("mysql://u:hunter2@h/x", "只支持"),
        ("postgresql+asyncpg://u:hunter2@h/x", "只支持"),
        ("postgresql://u:hunter2@h:port/x", "不是合法的数据库地址"),
        ("postgresql://u:hunter2@h", "缺少库名"),
        ("postgresql://u:change-me@h/x", "密码还是示例"),
        ("sqlite://", "一个文件"),
        ("sqlite:///:memory:", "一个文件"),
        ("sqlite:///file:x?mode=memory&uri=true", "一个文件"),
    ],
)
def test_a_wrong_database_address_is_explained_without_its_password(monkeypatch, value, said):
    message = refusal(monkeypatch, "HUIMIN_DATABASE_URL", value)
    assert said in message
    assert "hunter2" not in message


def test_the_password_is_in_no_representation(monkeypatch):
    monkeypatch.setenv("HUIMIN_DATABASE_URL", "postgresql://u:hunter2@h/x")
    settings = Settings.load()
    assert "hunter2" not in f"{settings!r} {settings} {settings.model_dump_json()}"


@pytest.mark.parametrize(("value", "meant"), [("1", True), ("off", False), ("TRUE", True)])
def test_the_access_log_is_switched(monkeypatch, value, meant):
    monkeypatch.setenv("HUIMIN_ACCESS_LOG", value)
    assert Settings.load().access_log is meant


def test_a_switch_is_on_or_off(monkeypatch):
    assert "应为 1（开）或 0（关）" in refusal(monkeypatch, "HUIMIN_ACCESS_LOG", "maybe")


@pytest.mark.parametrize(("value", "meant"), [("json", "json"), ("TEXT", "text")])
def test_the_log_s_format_is_chosen(monkeypatch, value, meant):
    monkeypatch.setenv("HUIMIN_LOG_FORMAT", value)
    assert Settings.load().log_format == meant


def test_an_unknown_format_is_refused(monkeypatch):
    assert "text" in refusal(monkeypatch, "HUIMIN_LOG_FORMAT", "xml")


def test_every_wrong_setting_is_named_at_once(monkeypatch):
    monkeypatch.setenv("HUIMIN_REGION", "x")
    assert "HUIMIN_REGION" in refusal(monkeypatch, "HUIMIN_ACCESS_LOG", "maybe")


# ── a sign-on ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "value",
    ["https://sso.example.gov.cn/realms/nanqiao", "http://127.0.0.1:8080/x", "http://localhost", "http://[::1]:8"],
)
def test_an_issuer_is_an_address_as_it_stands_in_its_tokens(monkeypatch, value):
    monkeypatch.setenv("HUIMIN_SIGN_ON_ISSUER", value)
    assert Settings.load().sign_on_issuer == value


@pytest.mark.parametrize(
    "value",
    [
        "sso.example.gov.cn",
        "http://sso.example.gov.cn/realms/nanqiao",
        "http://127.0.0.1.example.cn",
        "https://user:hunter2@sso.example.gov.cn",
        "https://sso.example.gov.cn?hunter2",
        "https://sso.example.gov.cn/#x",
        "https://sso.example.gov.cn/ x",
        "https://",
        "https://[",
        "https://sso:port",
        "file:///etc/passwd",
    ],
)
def test_keys_are_fetched_over_https_or_from_this_machine_only(monkeypatch, value):
    message = refusal(monkeypatch, "HUIMIN_SIGN_ON_ISSUER", value)
    assert "https" in message
    assert "hunter2" not in message


def test_what_is_not_said_of_claims_stays_as_it_was(monkeypatch):
    monkeypatch.setenv("HUIMIN_SIGN_ON_CLAIMS", "role=realm_access.roles, name=preferred_username")
    assert Settings.load().sign_on_claims == (
        "realm_access.roles",
        "huimin_region",
        "huimin_unit",
        "preferred_username",
    )


@pytest.mark.parametrize("value", ["role", "rôle=x", "role=", "=x", "role=a,role=b", ","])
def test_a_wrong_table_of_claims_is_explained(monkeypatch, value):
    assert "HUIMIN_SIGN_ON_CLAIMS" in refusal(monkeypatch, "HUIMIN_SIGN_ON_CLAIMS", value)


def test_roles_have_their_names_in_the_sign_on(monkeypatch):
    monkeypatch.setenv("HUIMIN_SIGN_ON_ROLES", "民政办=township, ou=y=cadre")
    assert Settings.load().sign_on_roles == {"民政办": "township", "ou=y": "cadre"}


@pytest.mark.parametrize("value", ["profile", "openid\\x", 'openid "x"'])
def test_a_scope_is_words_and_one_of_them_openid(monkeypatch, value):
    assert "openid" in refusal(monkeypatch, "HUIMIN_SIGN_ON_SCOPE", value)


@pytest.mark.parametrize("name", ["AUDIENCE", "CLIENT"])
def test_ids_are_visible_characters(monkeypatch, name):
    assert "ASCII" in refusal(monkeypatch, f"HUIMIN_SIGN_ON_{name}", "乌衣 镇")


def test_every_setting_is_documented():
    rows = list(documented())
    assert [row.variable for row in rows] == [f"HUIMIN_{name.upper()}" for name in Settings.model_fields]
    assert all(row.default and row.description for row in rows)
