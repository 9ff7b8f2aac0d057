"""The one browser of all tests of the page."""

from tests.web.browser import browser

__all__ = ["browser"]
