"""Runs the exported models of this folder in onnxruntime and stores what it computes.

    TACIT_WRITE_EXPORTS=1 models_tests --gtest_filter=ExportOnnx.GivesTheStoredBytes     (writes exported/)
    python evidence.py FOLDER                                                           (onnxruntime, numpy)

exported.npz holds, for every file NAME.onnx of exported/, inputs NAME.x and outputs NAME.y.
    python evidence.py FOLDER --presets EXPORTS  runs ready models that models_tests wrote to EXPORTS (with
                                                 TACIT_PRESET_EXPORTS=EXPORTS) and compares with what it computed
    python evidence.py FOLDER --tacit TACIT      also sends every network of PyTorch through `tacit model export` and
onnxruntime, and prints the largest difference from what PyTorch gave.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
import onnx
import onnxruntime


def run(path, x):
    onnx.checker.check_model(onnx.load(path), full_check=True)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: x})[0], session.get_inputs()[0].shape


def store(folder):
    arrays = {}
    for path in sorted((folder / "exported").glob("*.onnx")):
        shape = onnxruntime.InferenceSession(str(path)).get_inputs()[0].shape[1:]
        is_ids = "embedding" in path.stem
        generator = numpy.random.default_rng(7)
        x = generator.integers(0, 5, (4, *shape)) if is_ids else generator.normal(size=(4, *shape))
        arrays[f"{path.stem}.x"] = x.astype(numpy.float32)
        arrays[f"{path.stem}.y"] = run(path, arrays[f"{path.stem}.x"])[0]
    numpy.savez(folder / "exported.npz", **arrays)
    print(f"{len(arrays) // 2} exported models")


def round_trip(folder, tacit):
    worst = 0.0
    with tempfile.TemporaryDirectory() as scratch:
        for path in sorted([*folder.glob("*.onnx"), *(folder / "attention").glob("*.onnx")]):
            exported = Path(scratch) / path.name
            subprocess.run([tacit, "model", "export", path, "--output", exported], check=True,
                           stdout=subprocess.DEVNULL)
            arrays = numpy.load(path.with_suffix(".npz"))
            difference = float(numpy.abs(run(exported, arrays["x"])[0] - arrays["y"]).max())
            print(f"{path.stem:<28} {difference:.3g}")
            worst = max(worst, difference)
    print(f"largest difference {worst:.3g}")
    assert worst < 1e-5


def presets(folder):
    for path in sorted(folder.glob("*.onnx")):
        arrays = numpy.load(path.with_suffix(".npz"))
        y = run(path, arrays["x"])[0].reshape(arrays["y"].shape)
        difference = numpy.abs(y - arrays["y"]) / numpy.maximum(1, numpy.abs(arrays["y"]))
        print(f"{path.stem:<28} {float(difference.max()):.3g}")
        assert difference.max() < 1e-5


if sys.argv[2:3] == ["--presets"]:
    presets(Path(sys.argv[3]))
else:
    store(Path(sys.argv[1]))
    if sys.argv[2:3] == ["--tacit"]:
        round_trip(Path(sys.argv[1]), sys.argv[3])
