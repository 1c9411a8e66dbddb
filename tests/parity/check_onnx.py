"""Checks every ONNX file of a folder as strictly as the reference package can, and prints what it found.

Every operator against its specification, every shape inferred (strictly) and compared with what the file says.
"""

import pathlib
import sys

import onnx
from onnx import checker, shape_inference


def problem(path):
    """Why a file is not right; None where it is."""
    try:
        model = onnx.load(str(path))
        checker.check_model(model, full_check=True)
        shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    except Exception as error:  # whatever the package throws is the answer
        return str(error).strip().splitlines()[0]
    return None


def main(folder):
    files = sorted(pathlib.Path(folder).glob("*.onnx"))
    problems = [(path.stem, told) for path in files if (told := problem(path)) is not None]
    for name, told in problems:
        print(f"onnx {name}: {told}")
    print(f"onnx {onnx.__version__}: {len(files) - len(problems)} of {len(files)} files pass the strict check")
    return 1 if problems or not files else 0


sys.exit(main(sys.argv[1]))
