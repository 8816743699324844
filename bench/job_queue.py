"""The queue with thousands of waiting jobs, on both databases: a claim at most 2 ms on SQLite, 20 on PostgreSQL."""
import os
import pathlib
import subprocess
import sys

BUILD = pathlib.Path(os.environ.get("AGORA_BUILD", pathlib.Path(__file__).parents[1] / "build/release"))
sys.exit(subprocess.run([BUILD / "job_queue_bench", "--gtest_brief=1"]).returncode)
