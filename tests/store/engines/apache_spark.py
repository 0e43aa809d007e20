"""Run the cluster's tests on Apache Spark: ``make test-spark``, which installs it and Java first.

Starts a Spark Connect server on a free port, with this Python for its workers, and stops it afterwards. The
client is of the same minor version: 4.2.0 talks to 4.2.1.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.store.engines.conftest import await_port, free_port

ROOT = Path(__file__).resolve().parents[3]


def main() -> int:
    """Start the server, run the tests against it, and give their exit status."""
    (home,) = (ROOT / ".venv-spark").glob("lib/python*/site-packages/pyspark")
    port = free_port()
    command = [
        str(home / "bin" / "spark-submit"),
        *("--master", "local[2]"),
        *("--class", "org.apache.spark.sql.connect.service.SparkConnectServer"),
        *("--conf", f"spark.connect.grpc.binding.port={port}"),
        *("--conf", "spark.ui.enabled=false"),
        *("--conf", "spark.driver.memory=2g"),
        "spark-internal",
    ]
    environment = {**os.environ, "SPARK_HOME": str(home), "PYSPARK_PYTHON": sys.executable}
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        with (
            log.open("wb") as out,
            subprocess.Popen(command, stdout=out, stderr=out, env=environment, cwd=folder) as server,
        ):
            try:
                await_port(port, server, log)
                tests = [sys.executable, "-m", "pytest", "-q", "tests/store/engines", *sys.argv[1:]]
                remote = {**os.environ, "SPARK_REMOTE": f"sc://127.0.0.1:{port}"}
                return subprocess.run(tests, env=remote, cwd=ROOT, check=False).returncode
            finally:
                server.terminate()


if __name__ == "__main__":
    sys.exit(main())
