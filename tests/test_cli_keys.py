"""`keys`: made, listed, rotated and ended on the machine that serves."""

import json

import pytest
from sqlalchemy import select

from app.database import Database
from app.models import Client
from app.security import clients
from app.security.keys import is_whole, prefix_of
from app.security.sealing import open_keyring
from app.settings import Settings
from tests.command_line import call, plain, refused


@pytest.fixture
def here(tmp_path):
    """The variables of a deployment of its own."""
    return {"HUIMIN_DATA_DIR": str(tmp_path / "data")}


def keys(here, *arguments):
    result = call("keys", *arguments, **here)
    assert result.exit_code == 0, result.stderr
    return result


def created(here, *arguments):
    return keys(here, "create", *arguments).stdout.splitlines()[-1]


def principal(here, key):
    settings = Settings(data_dir=here["HUIMIN_DATA_DIR"])
    database = Database(settings)

    def ask(session):
        client = clients.find_by_key(session, open_keyring(settings), key)
        return None if client is None else clients.principal_of(client)

    try:
        return database.read(ask)
    finally:
        database.close()


def test_the_key_stands_alone_on_the_last_line_of_standard_output(here):
    result = keys(here, "create", "乌衣镇", "--role", "township", "--region", "341103100")
    assert is_whole(result.stdout.removesuffix("\n"))
    assert "乌衣镇：镇（街道），341103100" in result.stderr
    found = principal(here, result.stdout.strip())
    assert (found.name, found.role, found.region_code) == ("乌衣镇", "township", "341103100")


def test_without_a_role_a_key_is_the_district_s(here):
    assert principal(here, created(here, "x")).role == "district"


def test_the_list_shows_everything_but_the_keys(here):
    key = created(here, "乌衣镇", "--role", "township", "--region", "341103100", "--days", "30")
    created(here, "区民政局")
    shown = keys(here, "list").stdout
    for text in ("乌衣镇", "镇（街道）", "341103100", prefix_of(key), "在用", "全区", "没有用过"):
        assert text in plain(shown)
    assert key not in shown
    listed = json.loads(keys(here, "list", "--json").stdout)["clients"]
    assert [each["name"] for each in listed] == ["乌衣镇", "区民政局"]
    assert key not in str(listed)


def test_without_keys_the_list_says_how_one_is_made(here):
    assert "keys create" in keys(here, "list").stdout


def test_more_keys_than_fit_a_page_are_listed(here, monkeypatch):
    monkeypatch.setattr("app.security.clients.MOST_LISTED", 2)
    for name in "abcde":
        created(here, name)
    assert [each["name"] for each in json.loads(keys(here, "list", "--json").stdout)["clients"]] == list("abcde")


def test_a_revoked_key_is_over(here):
    key = created(here, "x")
    assert prefix_of(key) in keys(here, "revoke", "x").stdout
    assert principal(here, key) is None
    assert "停用" in keys(here, "list").stdout


def test_a_rotated_key_is_replaced(here):
    key = created(here, "x")
    another = keys(here, "rotate", prefix_of(key)).stdout.strip()
    assert principal(here, key) is None
    assert principal(here, another).name == "x"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["create", "x", "--role", "king"], "--role"),
        (["create", "x", "--role", "cadre"], "--region"),
        (["create", "x", "--region", "110101"], "本区"),
        (["create", "x", "--days", "0", "--expires", "2027-01-01"], "只能填一个"),
        (["create", "x", "--days", "-1"], "--expires或--days"),
        (["create", "x", "--days", "999999999999"], "--days填得太大"),
        (["create", "x", "--expires", "tomorrow"], "年-月-日"),
        (["create", "x", "--quota", "-1"], "--quota"),
        (["quota", "x", "many"], "次数应为"),
        (["create"], "缺少名称"),
        (["creat", "x"], "是不是create？"),
    ],
)
def test_a_wrong_call_is_explained(here, arguments, said):
    assert said in plain(refused("keys", *arguments, **here))


def test_a_quota_is_given_at_first_or_later(here):
    key = created(here, "x", "--quota", "500")
    assert principal(here, key).quota == 500
    for given, quota, said in (("7", 7, "每小时7"), ("0", 0, "不限"), ("role", None, "按角色")):
        assert said in plain(keys(here, "quota", "x", given).stdout)
        assert principal(here, key).quota == quota


@pytest.mark.parametrize("command", ["revoke", "rotate"])
def test_a_key_that_is_not_there_is_not_found(here, command):
    result = call("keys", command, "x", **here)
    assert result.exit_code == 1
    assert "keys list" in plain(result.stderr).replace("keyslist", "keys list")


def test_two_keys_in_use_do_not_share_a_name(here):
    created(here, "x")
    result = call("keys", "create", "x", **here)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "已有同名的密钥" in plain(result.stderr)


def test_who_made_a_key_on_the_command_line_is_nobody_s_client(here):
    created(here, "x")
    database = Database(Settings(data_dir=here["HUIMIN_DATA_DIR"]))
    assert database.read(lambda session: session.scalars(select(Client)).one().created_by) is None
    database.close()
