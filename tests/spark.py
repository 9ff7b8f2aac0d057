"""A Spark of the tests' own, on this machine."""

import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

import pytest


@pytest.fixture(scope="session")
def spark_session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A small local Spark. Without Java or pyspark its tests are skipped."""
    if shutil.which("java") is None:
        pytest.skip("no Java: install a JRE of version 17 or 21, for example apt install openjdk-17-jre-headless")
    if find_spec("pyspark") is None:
        pytest.skip("no Spark: python3 -m app test -m spark installs it (460 MB) and runs what needs it")
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[2]")
        .appName("tests")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.driver.memory", "1g")
        .config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("warehouse")))
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    try:
        yield session
    finally:
        session.stop()
