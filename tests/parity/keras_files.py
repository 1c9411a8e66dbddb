"""Reads Keras and NumPy files as Keras and NumPy would (h5py, zipfile, numpy.load, ast), and tells what is in them.

    keras_files.py FOLDER RESULT    FOLDER/NAME.{keras,h5,npz,py}; RESULT is one JSON object by file name
"""
import ast
import io
import json
import os
import re
import sys
import zipfile

import h5py
import numpy as np


def told(array):
    array = np.asarray(array)
    return {"dtype": str(array.dtype), "shape": list(array.shape), "values": array.astype(float).ravel().tolist()}


def snake_case(name):
    name = re.sub(r"\W+", "", name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def datasets(group):
    found = {}
    group.visititems(lambda path, item: found.update({path: told(item)}) if isinstance(item, h5py.Dataset) else None)
    return found


def keras(path):
    """What keras.saving.load_model looks for: three stored entries, a group for every layer under its number."""
    archive = zipfile.ZipFile(path)
    assert archive.testzip() is None
    assert {entry.compress_type for entry in archive.infolist()} == {zipfile.ZIP_STORED}
    assert json.loads(archive.read("metadata.json"))["keras_version"].startswith("3.")
    config = json.loads(archive.read("config.json"))
    with h5py.File(io.BytesIO(archive.read("model.weights.h5")), "r") as store:
        assert store["vars"].attrs["name"] == config["config"]["name"]
        used = {}
        for layer in config["config"]["layers"]:
            name = snake_case(layer["class_name"])
            number = used[name] = used.get(name, -1) + 1
            group = store["layers"][name if number == 0 else f"{name}_{number}"]
            assert group["vars"].attrs["name"] == layer["name"], layer["name"]
        return datasets(store)


def words(group, name):
    """An attribute that Keras cuts into name0, name1 where it is long."""
    if name in group.attrs:
        return list(group.attrs[name])
    found = []
    while f"{name}{len(found)}" in group.attrs:
        found.append(list(group.attrs[f"{name}{len(found)}"]))
    return [word for part in found for word in part]


def h5(path):
    """What keras.src.legacy.saving.legacy_h5_format reads: names in attributes, arrays at those names."""
    with h5py.File(path, "r") as file:
        config = json.loads(file.attrs["model_config"])
        weights = file["model_weights"]
        names = words(weights, "layer_names")
        assert names == [layer["name"] for layer in config["config"]["layers"]], names
        found = {}
        for layer in names:
            for weight in words(weights[layer], "weight_names"):
                found[f"model_weights/{layer}/{weight}"] = told(weights[layer][weight])
        return found


def npz(path):
    with np.load(path) as arrays:
        return {name: told(arrays[name]) for name in arrays.files}


def py(path):
    with open(path) as file:
        ast.parse(file.read(), path)
    return {}


def main():
    folder, result = sys.argv[1:]
    readers = {".keras": keras, ".h5": h5, ".npz": npz, ".py": py}
    answers = {}
    for name in sorted(os.listdir(folder)):
        reader = readers[os.path.splitext(name)[1]]
        try:
            answers[name] = {"arrays": reader(os.path.join(folder, name))}
        except Exception as error:
            answers[name] = {"error": f"{type(error).__name__}: {error}"}
    with open(result, "w") as file:
        json.dump(answers, file)


main()
