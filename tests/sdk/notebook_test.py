"""A submission from a notebook's cell, run by a real kernel, at a real center."""
import json
import os
import pathlib
import subprocess
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import center  # noqa: E402
import support  # noqa: E402

PYTHON = os.environ.get("AGORA_TEST_PYTHON", sys.executable)  # with rampwf
NOTEBOOK = ("nbclient==0.10.2", "nbformat==5.10.4", "ipykernel==6.29.5", support.HTTPX)
RUN = """
import json, sys, nbclient, nbformat
notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in json.load(sys.stdin)])
nbclient.NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
json.dump([cell.outputs for cell in notebook.cells], sys.stdout)
"""
CELLS = (
    "import agora\nimport os\nagora.connect(os.environ['URL'], os.environ['TOKEN']).join('masses')",
    "X, y = agora.load_data('masses')\nX.shape, len(y)",
    "kit = agora.start('masses')\nsubmission = agora.submit(kit / 'submissions' / 'starting_kit', name='by a cell')\nsubmission",
    "agora.board('masses')",
    "agora.board('masses').to_pandas()['roc_auc'].iloc[0] == submission.score",
)


class Cells(unittest.TestCase):
    def test_a_notebook_submits_and_shows_its_score(self):
        python = self.kernel()
        with center.center() as served, support.private_folder():
            env = dict(os.environ, URL=served.url, TOKEN=center.log_in(served.url, "Katherine"))
            done = subprocess.run([str(python), "-c", RUN], input=json.dumps(CELLS), env=env, capture_output=True, text=True,
                                  timeout=600)
        self.assertEqual(done.returncode, 0, done.stderr)
        outputs = json.loads(done.stdout)
        self.assertRegex(self.data(outputs[1], "text/plain"), r"\(\(\d+, \d+\), \d+\)")
        shown = self.data(outputs[2], "text/html")
        self.assertIn("by a cell", shown)
        self.assertIn("roc_auc (official, higher is better)", shown)
        self.assertNotIn("<script", shown)
        progress = "".join(one["text"] for one in outputs[2] if one["output_type"] == "stream")
        self.assertIn("by a cell (#1)", progress)
        self.assertIn("by a cell", self.data(outputs[3], "text/html"))
        self.assertIn("True", self.data(outputs[4], "text/plain"))

    def data(self, outputs, kind):
        return next(one["data"][kind] for one in outputs if one["output_type"] == "execute_result")

    def kernel(self):
        """An environment of its own with the wheel; what kits need comes from the default environment."""
        python = support.environment(*NOTEBOOK)
        mine = next(python.parents[1].glob("lib/python*/site-packages"))
        theirs = subprocess.run([PYTHON, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], check=True,
                                capture_output=True, text=True).stdout
        (mine / "default_environment.pth").write_text(theirs)
        support.install(python, "--no-deps", "--force-reinstall", support.make_wheel(support.BUILD / "wheel"))
        return python


if __name__ == "__main__":
    unittest.main()
