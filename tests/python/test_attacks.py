import os
import pathlib
import subprocess
import tempfile
import unittest

import numpy as np

import tacit

EXPERIMENT = """
[run]
name = "small"
seed = 3
output = "runs"
[data]
source = "digits"
[simulation]
clients = 2
[model]
[[model.layers]]
type = "linear"
outputs = 16
[[model.layers]]
type = "tanh"
[[model.layers]]
type = "linear"
outputs = 10
[training]
algorithm = "fedsgd"
batch_size = 1
learning_rate = 0.1
[coordinator]
rounds = 1
"""


class Attacks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        file = pathlib.Path(cls.folder.name) / "experiment.toml"
        file.write_text(EXPERIMENT)
        run = pathlib.Path(cls.folder.name) / "run"
        done = subprocess.run([os.environ["TACIT_BINARY"], "simulate", file, "--run-folder", run], capture_output=True,
                              text=True)
        if done.returncode != 0:
            cls.folder.cleanup()
            raise RuntimeError(done.stderr)
        cls.recording = str(next(run.rglob("recording.bin")))

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def test_the_recording_lists_its_updates(self):
        updates = tacit.recorded_updates(self.recording)
        self.assertEqual([(u["round"], u["kind"], u["examples"]) for u in updates], [(1, "gradient", 1)] * 2)

    def test_an_image_is_read_off_a_gradient_and_gives_that_gradient(self):
        for update in tacit.recorded_updates(self.recording):
            seen = tacit.Observation.read(self.recording, 1, update["client"])
            result = tacit.attack(seen, "analytic")
            self.assertEqual(result["inputs"].shape, (1, 1, 8, 8))
            # No truth is at hand: an input is right if its own gradient is what was observed.
            model = tacit.model(seen.model_toml, input_shape=seen.input_shape, classes=seen.classes,
                                precision="double")
            gradients = [model.gradient(seen.theta, result["inputs"], [label])[1]["theta"] for label in range(10)]
            nearest = min(np.linalg.norm(g - seen.update) for g in gradients) / np.linalg.norm(seen.update)
            self.assertLess(nearest, 1e-4)

    def test_gradient_matching_keeps_a_row_for_each_restart(self):
        seen = tacit.Observation.read(self.recording, 1, tacit.recorded_updates(self.recording)[0]["client"])
        settings = """
            method = "gradient_matching"
            restarts = 2
            objective.name = "euclidean"
            solver = {name = "lbfgs", iterations = 200}
            initialiser.name = "normal"
            labels.name = "idlg"
        """
        result = tacit.attack(seen, "mine", settings=settings, seed=4)
        self.assertEqual(len(result["rows"]), 2)
        self.assertEqual(result["score"], min(row["score"] for row in result["rows"]))
        exact = tacit.attack(seen, "analytic")
        score = tacit.score(result["inputs"], exact["inputs"], shape=(1, 8, 8), bounds=(0, 1))
        self.assertLess(score["mean_mse"], 1e-6)

    def test_what_the_threat_model_denies_is_refused(self):
        seen = tacit.Observation.read(self.recording, 1, tacit.recorded_updates(self.recording)[0]["client"])
        with self.assertRaisesRegex(ValueError, "labels"):
            tacit.attack(seen, "dlg", labels=[3])
        with self.assertRaisesRegex(ValueError, "member"):
            tacit.attack(seen, "analytic", threat_model=tacit.ThreatModel('observer = "member"'))
        with self.assertRaisesRegex(ValueError, "catalog has no attack"):
            tacit.attack(seen, "dgl")
        with self.assertRaisesRegex(tacit.Error, "recording"):
            tacit.Observation.read(self.recording + ".no", 1, "client-1")


if __name__ == "__main__":
    unittest.main()
