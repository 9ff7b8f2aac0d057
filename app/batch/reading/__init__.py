"""From an official's file to the facts of its people, household by household."""
