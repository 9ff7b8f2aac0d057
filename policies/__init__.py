"""The policies.  A module in one of these folders that defines POLICY is a policy.

The folders are the plan's eight sections, and the policies stand in its order.
"""

from importlib import import_module
from pkgutil import iter_modules

from app.rules import Policy
from policies import figures
from policies.units import SECTIONS

FOLDERS = (
    "education",
    "employment",
    "social_insurance",
    "health",
    "social_services",
    "housing",
    "culture",
    "disability",
)


def discover() -> tuple[Policy, ...]:
    """Return every policy, by the plan's sections and clauses, then by code."""
    found = []
    for folder in FOLDERS:
        package = import_module(f"{__name__}.{folder}")
        for info in iter_modules(package.__path__):
            module = import_module(f"{package.__name__}.{info.name}")
            if isinstance(policy := getattr(module, "POLICY", None), Policy):
                found.append(policy)
    figures.check_all_declared()
    order = {section.number: place for place, section in enumerate(SECTIONS)}
    return tuple(sorted(found, key=lambda p: (order[p.section.number], p.clause.number, p.code)))


POLICIES = discover()
