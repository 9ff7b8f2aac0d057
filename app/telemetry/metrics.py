"""What is counted: requests, screenings and the machine's state, for Prometheus to collect.

Each process counts what it did itself.  No label has a value that a client could invent.
"""

import shutil
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Info, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

BUCKETS: Final = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
"""Seconds: from a screening that is not kept to the longest that a body may take."""


class Metrics:
    """The numbers of one process."""

    def __init__(self, release: str, policy_set: str, data_dir: Path) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self._requests = Counter(
            "huimin_requests", "Requests answered.", ("method", "route", "status"), registry=self.registry
        )
        self._seconds = Histogram(
            "huimin_request_seconds",
            "Seconds from a request's head to the end of its answer.",
            ("method", "route"),
            buckets=BUCKETS,
            registry=self.registry,
        )
        build = Info("huimin_build", "What is running.", registry=self.registry)
        build.info({"release": release, "policy_set": policy_set})
        free = Gauge("huimin_disk_free_bytes", "Free bytes where the data lies.", registry=self.registry)
        free.set_function(partial(_free, data_dir))
        self._batches = Counter("huimin_batches", "Lists that ended, by how.", ("state",), registry=self.registry)
        self._rows = Counter("huimin_batch_rows", "Rows of lists that were screened.", registry=self.registry)
        self._queue = Gauge(
            "huimin_batch_queue_seconds",
            "For how long the oldest list waits, of all processes.",
            registry=self.registry,
        )
        self._of_request: dict[tuple[str, str, int], tuple[Callable[[], None], Callable[[float], None]]] = {}

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request; *route* is a template, and *method* one of HTTP's or a dash."""
        counts = self._of_request.get((method, route, status))
        if counts is None:
            # Looking up by labels costs more than counting.
            counts = self._of_request[method, route, status] = (
                self._requests.labels(method, route, str(status)).inc,
                self._seconds.labels(method, route).observe,
            )
        counts[0]()
        counts[1](seconds)

    def batch_ended(self, state: str, rows: int) -> None:
        """Count a list and its rows; *state* is one of those in which a list ends."""
        self._batches.labels(state).inc()
        self._rows.inc(rows)

    def watch_queue(self, age: Callable[[], float]) -> None:
        """Ask *age*, whenever the numbers are, for how many seconds the oldest list waits."""
        self._queue.set_function(age)

    def watch_results(self, totals: Callable[[], Mapping[tuple[str, str], int]]) -> None:
        """Ask *totals*, whenever the numbers are, how often each policy came to each verdict."""
        self.registry.register(_Results(totals))

    def watch_handoffs(self, standing: Callable[[], tuple[Mapping[str, int], float] | None]) -> None:
        """Ask *standing*, whenever the numbers are, how many hand-offs are in which state, and how long they wait."""
        self.registry.register(_Handoffs(standing))

    def page(self) -> bytes:
        """Return everything in Prometheus' text format."""
        return generate_latest(self.registry)


class _Results(Collector):
    def __init__(self, totals: Callable[[], Mapping[tuple[str, str], int]]) -> None:
        self._totals = totals

    def describe(self) -> Iterable[Metric]:
        # Said without asking: what is asked may wait for a database.
        return []

    def collect(self) -> Iterable[Metric]:
        said = CounterMetricFamily(
            "huimin_results", "Results shown, by policy and verdict.", labels=("policy", "verdict")
        )
        for key, count in sorted(self._totals().items()):
            said.add_metric(key, count)
        yield said


class _Handoffs(Collector):
    def __init__(self, standing: Callable[[], tuple[Mapping[str, int], float] | None]) -> None:
        self._standing = standing

    def describe(self) -> Iterable[Metric]:
        return []

    def collect(self) -> Iterable[Metric]:
        found = self._standing()
        if found is None:
            return
        states, waiting = found
        said = GaugeMetricFamily("huimin_handoffs", "Hand-offs by state, of all processes.", labels=("state",))
        for state, count in sorted(states.items()):
            said.add_metric((state,), count)
        yield said
        about = "For how long the oldest message waits to be delivered, of all processes."
        yield GaugeMetricFamily("huimin_delivery_queue_seconds", about, waiting)


def _free(folder: Path) -> float:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return float("nan")
