import pathlib
import tempfile
import unittest

import numpy as np

import tacit
from tacit import layers


def perceptron(precision="double", **keys):
    return tacit.Sequential(layers.linear(outputs=5), layers.tanh(), layers.linear(outputs=3), input_shape=4,
                            classes=3, precision=precision, **keys)


class Models(unittest.TestCase):
    def setUp(self):
        random = np.random.default_rng(7)
        self.model = perceptron()
        self.theta = random.normal(size=self.model.parameters)
        self.x = random.normal(size=(6, 4))
        self.labels = np.array([0, 2, 1, 1, 0, 2])
        self.direction = random.normal(size=self.model.parameters)

    def by_hand(self, theta):
        """Logits and mean cross-entropy in NumPy, from the names and shapes of the schema."""
        part = {e["name"]: theta[e["offset"]:e["offset"] + e["size"]].reshape(e["shape"]) for e in self.model.schema}
        hidden = np.tanh(self.x @ part["linear1.weight"].T + part["linear1.bias"])
        logits = hidden @ part["linear2.weight"].T + part["linear2.bias"]
        shifted = logits - logits.max(axis=1, keepdims=True)
        log_softmax = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
        return logits, -log_softmax[np.arange(6), self.labels].mean()

    def test_predicts_as_numpy_does(self):
        logits, loss = self.by_hand(self.theta)
        np.testing.assert_allclose(self.model.predict(self.theta, self.x), logits, atol=1e-13)
        self.assertAlmostEqual(self.model.loss(self.theta, self.x, self.labels), loss, places=13)
        np.testing.assert_array_equal(self.model.labels_of(logits), logits.argmax(axis=1))

    def test_gradient_is_the_slope_of_the_loss(self):
        loss, gradient = self.model.gradient(self.theta, self.x, self.labels)
        self.assertAlmostEqual(loss, self.by_hand(self.theta)[1], places=13)
        step = 1e-6 * self.direction
        slope = (self.by_hand(self.theta + step)[1] - self.by_hand(self.theta - step)[1]) / 2e-6
        self.assertAlmostEqual(gradient["theta"] @ self.direction, slope, places=8)
        self.assertEqual(gradient["inputs"].shape, (6, 4))

    def test_tangent_is_the_slope_of_the_gradient(self):
        rates = self.model.gradient_tangent(self.theta, self.x, self.labels, theta_dot=self.direction)[3]
        ahead, behind = (self.model.gradient(self.theta + sign * 1e-6 * self.direction, self.x, self.labels)[1]
                         for sign in (1, -1))
        for name in ("theta", "inputs", "targets"):
            np.testing.assert_allclose(rates[name], (ahead[name] - behind[name]) / 2e-6, atol=1e-8)

    def test_clipped_gradients_are_those_of_single_examples(self):
        loss, total, norms = self.model.clipped_gradients(self.theta, self.x, self.labels, 0.5)
        singles = [self.model.gradient(self.theta, self.x[i], self.labels[i:i + 1])[1]["theta"] for i in range(6)]
        np.testing.assert_allclose(norms, [np.linalg.norm(single) for single in singles], rtol=1e-12)
        clipped = sum(single * min(1, 0.5 / np.linalg.norm(single)) for single in singles)
        np.testing.assert_allclose(total, clipped, atol=1e-13)
        self.assertAlmostEqual(loss, self.by_hand(self.theta)[1], places=13)

    def test_targets_may_be_given_as_numbers(self):
        one_hot = np.eye(3)[self.labels]
        np.testing.assert_array_equal(self.model.targets_of(self.labels), one_hot)
        self.assertEqual(self.model.loss(self.theta, self.x, one_hot), self.model.loss(self.theta, self.x, self.labels))

    def test_training_learns_digits_and_the_same_seed_gives_the_same_bits(self):
        train, _, test = tacit.load_data("digits", seed=3)
        model = tacit.Sequential(layers.linear(outputs=32), layers.tanh(), layers.linear(outputs=10),
                                 input_shape=(1, 8, 8), classes=10)
        seen = []
        settings = dict(rounds=8, optimizer="adam", learning_rate=0.01, seed=5,
                        on_round=lambda number, theta, loss: seen.append(loss))
        theta = model.train(model.initial_parameters(1), train, **settings)
        self.assertGreater(model.evaluate(theta, test)["accuracy"], 0.93)
        self.assertLess(seen[7], seen[0])
        np.testing.assert_array_equal(theta, model.train(model.initial_parameters(1), train, **settings))

    def test_files_give_back_what_was_written(self):
        model = perceptron("float")
        theta = model.initial_parameters(2)
        with tempfile.TemporaryDirectory() as folder:
            for ending in ("onnx", "npz", "safetensors"):
                file = str(pathlib.Path(folder) / f"model.{ending}")
                model.write(theta, file)
                np.testing.assert_array_equal(model.read_weights(file), theta)
            loaded, values = tacit.load_onnx(pathlib.Path(folder) / "model.onnx")
            np.testing.assert_array_equal(loaded.predict(values, self.x), model.predict(theta, self.x))
            archive = np.load(pathlib.Path(folder) / "model.npz")
            self.assertEqual(archive["linear1.weight"].shape, (5, 4))

    def test_a_model_may_hold_a_circuit(self):
        model = tacit.Sequential(layers.linear(outputs=2), layers.quantum(qubits=2, encoding="angle", layers=1),
                                 layers.linear(outputs=3), input_shape=4, classes=3, precision="double")
        theta = model.initial_parameters(1)
        _, gradient = model.gradient(theta, self.x, self.labels)
        ahead, behind = (model.loss(theta, self.x + sign * 1e-6, self.labels) for sign in (1, -1))
        self.assertAlmostEqual(gradient["inputs"].sum(), (ahead - behind) / 2e-6, places=8)

    def test_real_valued_targets_are_learned(self):
        x = np.linspace(-3, 3, 200, dtype=np.float32).reshape(-1, 1)
        data = tacit.Dataset(x, targets=0.7 * np.cos(x), low=-3, high=3)
        self.assertEqual((len(data), data.targets.shape, data.classes), (200, (200, 1), 0))
        model = tacit.Sequential(layers.linear(outputs=16), layers.tanh(), layers.linear(outputs=1), input_shape=1,
                                 targets=1, loss="mean_squared_error")
        theta = model.train(model.initial_parameters(1), data, rounds=60, optimizer="adam", learning_rate=0.02)
        evaluated = model.evaluate(theta, data)
        errors = model.predict(theta, x) - data.targets
        self.assertAlmostEqual(evaluated["rmse"], float(np.sqrt((errors ** 2).mean())), places=5)
        self.assertGreater(evaluated["r_squared"], 0.97)

    def test_summary_counts_parameters(self):
        rows = perceptron("float").summary()
        self.assertEqual([row["type"] for row in rows], ["linear", "tanh", "linear"])
        self.assertEqual(sum(row["parameters"] for row in rows), 4 * 5 + 5 + 5 * 3 + 3)

    def test_presets_and_toml_describe_models(self):
        self.assertEqual(tacit.model(preset="lenet5", input_shape=(1, 28, 28), classes=10).parameters, 61706)
        toml = '[[layers]]\ntype = "linear"\noutputs = 3\n'
        self.assertEqual(tacit.model(toml, input_shape=4, classes=3).parameters, 15)

    def test_arrays_of_any_kind_are_taken(self):
        flipped = np.asfortranarray(self.x)[::-1]
        np.testing.assert_array_equal(self.model.predict(self.theta, flipped),
                                      self.model.predict(self.theta, self.x)[::-1])
        self.assertEqual(self.model.predict(self.theta, [[1, 2, 3, 4]]).shape, (1, 3))


class Refusals(unittest.TestCase):
    def test_say_what_was_expected(self):
        model = perceptron()
        theta = model.initial_parameters(1)
        cases = [
            (lambda: model.predict(theta, np.zeros((2, 5))), r"inputs: expected .*\(count, 4\), got \(2, 5\)"),
            (lambda: model.predict(theta[1:], np.zeros((2, 4))), r"theta: expected 43 numbers"),
            (lambda: model.loss(theta, np.zeros((2, 4)), [0, 3]), "3"),
            (lambda: model.loss(theta, np.zeros((2, 4)), [0]), r"labels: expected 2 numbers"),
            (lambda: model.loss(theta, np.zeros((2, 4)), np.zeros((2, 2))), r"targets: expected 6 numbers"),
            (lambda: perceptron(loss="cross"), "loss"),
            (lambda: tacit.Sequential(layers.linear(output=3), input_shape=4, classes=3), "outputs"),
            (lambda: tacit.load_data("digit"), "did you mean 'digits'"),
            (lambda: tacit.Sequential(input_shape=4, classes=3), "needs a layer"),
            (lambda: tacit.model(input_shape=4, classes=3), "its keys"),
            (lambda: tacit.model("", input_shape=4, classes=3, precision="half"), "precision"),
            (lambda: tacit.Dataset(np.zeros((2, 4)), [0, 5], 3), r"labels\[1\]: 5"),
            (lambda: tacit.Dataset(np.full((2, 4), np.nan), [0, 1], 3), "not finite"),
            (lambda: tacit.Dataset(np.zeros((2, 4)), [0, 1], 3, targets=[0.5, 1]), "either labels or targets"),
            (lambda: tacit.Dataset(np.zeros((2, 4)), targets=[0.5]), "targets: expected 2 numbers"),
            (lambda: tacit.model(preset="lenet5", input_shape=4), "classes, or of targets"),
        ]
        for call, pattern in cases:
            with self.assertRaisesRegex(ValueError, pattern):
                call()
        with self.assertRaises(TypeError):
            model.predict(theta, "text")
        with self.assertRaisesRegex(AttributeError, "did you mean 'linear'"):
            layers.lineer

    def test_carry_their_kind(self):
        with self.assertRaises(tacit.Error) as caught:
            tacit.load_onnx("/no/such/file.onnx")
        self.assertEqual(caught.exception.kind, "input/output error")
        self.assertNotIsInstance(caught.exception, ValueError)


if __name__ == "__main__":
    unittest.main()
