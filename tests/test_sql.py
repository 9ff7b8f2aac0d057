"""The SQL reader against the reference: every policy, any tree, on each engine."""

import random
from contextlib import suppress
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import exp

from app.rules import MEMBERS, all_of, any_member, any_of, every_member, not_
from app.rules.amount import AmountStatus, reckon
from app.rules.columns import Columns
from app.rules.decision import _deeper, readings
from app.rules.evaluate import Reading, Scope, missing
from app.rules.expressions import AnyMember, EveryMember, Fact
from app.rules.form import single_fact, take_apart
from app.rules.policy import Entitlement
from app.rules.quantities import Figure
from app.rules.sql import Selection
from app.rules.sql_words import table
from app.screening import Profile
from policies import POLICIES
from policies.facts import Household, Person, Tekun
from policies.social_services.dibao_standard import STANDARD_PER_YEAR
from tests.spark import spark_session  # noqa: F401
from tests.sql_engines import DuckDb, Postgres, Spark
from tests.strategies import DAYS, HOUSEHOLD_FACTS, PERSON_FACTS, random_profile
from tests.test_readers import propositions

SUBJECTS = (Household, Person)


def scopes(profiles, day, subject):
    """Yield each subject's key in the result and its view of the household."""
    for number, profile in enumerate(profiles):
        if subject is Household:
            yield (number, None), Scope(day, profile.facts, profile.members)
        else:
            for position, member in enumerate(profile.members):
                yield (number, position), Scope(day, profile.facts, profile.members, member)


def by_subject(engine, selection):
    """Run *selection* and return its rows by household and position."""
    keep = ("household", "position") if selection.subject is Person else ("household",)
    rows = engine.run(selection.select(table("facts"), keep))
    found = {(row["household"], row.get("position")): row for row in rows}
    assert len(found) == len(rows)
    return found


def lacking(leaf, scope):
    """Return what the reference asks for because of one unknown leaf, by the fact or figure to supply."""
    if isinstance(leaf, AnyMember | EveryMember):
        facts = {question.fact for question in _deeper(leaf, scope, None)}
    else:
        facts = {item.asked_as for item in missing(leaf, scope) if isinstance(item, Fact)}
    return facts | {item for item in missing(leaf, scope) if isinstance(item, Figure)}


def agree(engine, profiles, day, subject, rules):
    """Assert that *engine* reads each form, with its amount if it has one, as the reference does."""
    selection = Selection(subject, day)
    added = []
    for form, quantity in rules:
        with suppress(TypeError, ValueError):  # more than one integer holds, or than a member can be asked
            added.append((form, quantity, selection.add(form, quantity)))
    rows = by_subject(engine, selection) if added else {}
    if not added:
        return 0
    views = list(scopes(profiles, day, subject))
    assert {key for key, _ in views} == set(rows)
    for key, scope in views:
        for form, quantity, columns in added:
            values, items = columns.layout.unpack(rows[key][columns.packed])
            assert list(values) == readings(form, scope)
            for place, leaf in enumerate(form.leaves):
                found = {item.asked_as if isinstance(item, Fact) else item for at, item in items if at == place}
                asking = values[place] > Reading.TRUE and single_fact(leaf) is None
                expected = lacking(leaf, scope) if asking else set()
                assert found == expected, leaf
            if columns.amount is not None:
                same_amount(columns.amount, rows[key], Entitlement("", quantity, "元/年"), scope)
    return len(added)


def same_amount(columns, row, entitlement, scope):
    amount = reckon(entitlement, scope)
    branch = row[columns.branch]
    exact = unit = None
    if branch is not None:
        chosen, name = columns.branches[branch], columns.exact[branch]
        if name is not None:
            exact, unit = row[name], entitlement.unit
        elif value := chosen.on(scope.day):
            exact, unit = value.exact, value.unit
    assert exact == amount.exact
    if amount.status is AmountStatus.FIXED:
        assert unit == amount.unit
    else:
        items = [item for place, item in enumerate(columns.items) if row[columns.wanted] >> place & 1]
        assert set(items) == {*amount.missing_facts, *amount.missing_figures}


def all_policies(subject):
    return [(take_apart(p.eligible), p.entitlement.quantity) for p in POLICIES if p.subject is subject]


@pytest.fixture(scope="module")
def duck():
    return DuckDb()


@pytest.fixture
def elephant(postgres_url):
    engine = Postgres(postgres_url)
    yield engine
    engine.connection.close()


@pytest.fixture(params=("true", "false"), ids=("ansi", "lenient"))
def spark(request, spark_session):  # noqa: F811
    """Spark with errors on overflow and bad casts, as it starts, and as older clusters are set."""
    spark_session.conf.set("spark.sql.ansi.enabled", request.param)
    return Spark(spark_session)


def every_policy(engine, days, households):
    chance = random.Random(2026)
    for day in days:
        profiles = [random_profile(chance, holes, most=6) for holes in (0, 0.05, 0.25, 0.6) for _ in range(households)]
        engine.load(profiles)
        for subject in SUBJECTS:
            rules = all_policies(subject)
            assert agree(engine, profiles, day, subject, rules) == len(rules)


def test_duckdb_reads_every_policy_as_the_reference_does(duck):
    every_policy(duck, DAYS, 12)


def test_postgresql_reads_every_policy_as_the_reference_does(elephant):
    every_policy(elephant, DAYS, 3)


@pytest.mark.spark
def test_spark_reads_every_policy_as_the_reference_does(spark):
    every_policy(spark, DAYS, 4)


# ── any tree that the language can express ─────────────────────────────────

of_households = st.recursive(
    st.builds(lambda over, test: over(test), st.sampled_from((any_member, every_member)), propositions),
    lambda parts: st.one_of(
        st.lists(parts, min_size=1, max_size=2).map(lambda listed: all_of(*listed)),
        st.lists(parts, min_size=1, max_size=2).map(lambda listed: any_of(*listed)),
        parts.map(not_),
    ),
    max_leaves=3,
)
trees = {Person: propositions, Household: of_households}


def any_tree(engine, data, count):
    chance = random.Random(data.draw(st.integers(0, 2**32)))
    profiles = [random_profile(chance, holes) for holes in (0.05, 0.25, 0.6) for _ in range(3)]
    engine.load(profiles)
    for subject, any_rule in trees.items():
        rules = data.draw(st.lists(any_rule, min_size=count, max_size=count))
        day = data.draw(st.sampled_from(DAYS))
        agree(engine, profiles, day, subject, [(take_apart(rule), None) for rule in rules])


@settings(max_examples=25)  # each makes and runs a statement of its own
@given(data=st.data())
def test_duckdb_reads_any_tree_as_the_reference_does(duck, data):
    any_tree(duck, data, 4)


@settings(max_examples=5, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_postgresql_reads_any_tree_as_the_reference_does(elephant, data):
    any_tree(elephant, data, 20)


@pytest.mark.spark
@settings(max_examples=3, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_spark_reads_any_tree_as_the_reference_does(spark, data):
    any_tree(spark, data, 20)


# ── what engines are known to differ in ────────────────────────────────────


def readings_of(engine, rule, **facts):
    """Return the readings of *rule* for a household of one member with *facts*."""
    known = {fact.key for fact in HOUSEHOLD_FACTS}
    household = {fact.key: facts.get(fact.key) for fact in HOUSEHOLD_FACTS}
    person = {fact.key: None if fact.key in known else facts.get(fact.key) for fact in PERSON_FACTS}
    engine.load([Profile(household, (person,), ("1",))])
    form = take_apart(rule)
    selection = Selection(Person, DAYS[-1])
    columns = selection.add(form)
    ((_, row),) = by_subject(engine, selection).items()
    return columns.layout.unpack(row[columns.packed])[0]


def test_a_choice_not_known_is_neither_in_a_list_nor_outside_it(duck):
    tekun = Person.tekun.is_(Tekun.DISPERSED)
    assert readings_of(duck, not_(tekun)) == (Reading.OPEN,)
    assert readings_of(duck, not_(tekun), tekun="none") == (Reading.FALSE,)


def test_a_list_of_no_codes_is_sql_too(duck):
    nothing = Person.tekun.is_()
    assert readings_of(duck, nothing) == (Reading.OPEN,)
    assert readings_of(duck, nothing, tekun="none") == (Reading.FALSE,)


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        (date(1946, 11, 22), Reading.TRUE),
        (date(1946, 11, 23), Reading.TRUE),
        (date(1946, 11, 24), Reading.FALSE),
        (date(1946, 10, 30), Reading.TRUE),
        (date(1946, 12, 1), Reading.FALSE),
    ],
)
def test_an_age_is_counted_birthday_to_birthday(duck, born, expected):
    assert readings_of(duck, Person.age >= 80, birth_date=born) == (expected,)


def test_an_amount_not_known_is_not_below_nothing(duck):
    assert readings_of(duck, Household.income_per_capita >= 0) == (Reading.TRUE,)
    assert readings_of(duck, Household.income_per_capita < 0) == (Reading.FALSE,)
    assert readings_of(duck, Household.income_per_capita > 0) == (Reading.OPEN,)


MOST_INCOME = 10**11
LARGE = Household.income_per_capita * MEMBERS * 12


def largest(engine):
    profile = random_profile(random.Random(1))
    rich = replace(profile, facts={**profile.facts, "income_per_capita": MOST_INCOME}, members=profile.members[:1] * 30)
    engine.load([rich])
    selection = Selection(Household, DAYS[-1])
    columns = selection.add(take_apart(LARGE > STANDARD_PER_YEAR), LARGE)
    ((_, row),) = by_subject(engine, selection).items()
    return row[columns.amount.exact[0]]


def test_the_largest_amounts_do_not_overflow_on_duckdb(duck):
    assert largest(duck) == MOST_INCOME * 30 * 12


def test_the_largest_amounts_do_not_overflow_on_postgresql(elephant):
    assert largest(elephant) == MOST_INCOME * 30 * 12


@pytest.mark.spark
def test_the_largest_amounts_do_not_overflow_on_spark(spark):
    assert largest(spark) == MOST_INCOME * 30 * 12


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "spark"])
@pytest.mark.parametrize("subject", SUBJECTS)
def test_the_statement_says_nothing_that_engines_read_differently(dialect, subject):
    selection = Selection(subject, DAYS[-1])
    for form, quantity in all_policies(subject):
        selection.add(form, quantity)
    statement = selection.select(table("facts"), ["household"])
    said = statement.sql(dialect).upper()
    for word in ("GREATEST", "LEAST(", "BOOL_", "INFINITY", "DOUBLE", "/"):
        assert word not in said
    assert all(name.quoted for name in statement.find_all(exp.Identifier))


def test_households_are_one_grouping_without_a_window():
    """Windows sort every row; small numbers grouped are added up before any row travels."""
    selection = Selection(Household, DAYS[-1])
    for form, quantity in all_policies(Household):
        selection.add(form, quantity)
    statement = selection.select(table("facts"), ["household"])
    assert not list(statement.find_all(exp.Window))
    assert len(list(statement.find_all(exp.Group))) == 1


def test_members_are_read_where_they_lie():
    selection = Selection(Person, DAYS[-1])
    for form, quantity in all_policies(Person):
        selection.add(form, quantity)
    statement = selection.select(table("facts"), ["household", "position"])
    assert not list(statement.find_all(exp.Window, exp.Group, exp.Join))


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_one_layout_serves_the_columnar_reader_too(day):
    columns = Columns(day, (*HOUSEHOLD_FACTS, *PERSON_FACTS))
    for subject in SUBJECTS:
        for form, _ in all_policies(subject):
            mine = Selection(subject, day).add(form).layout
            assert mine.items == columns.packed(form)[0].items
