/** `data.py` and `weights.py`: the samples in the order in which ours are dealt, and safetensors in plain Python. */
import type { Plan } from '../../analyse/plan'
import { formatShape } from '../../../nodes/kit/spec'
import { specOf, type ValueName } from './graph'
import { torchModuleName } from '../torch-names'

/** Name of an array in data.npz: `data:x` is `data.x`. */
export function arrayName(value: ValueName): string {
  return torchModuleName(value.replace(':', '.'))
}

/** Names of the arrays of row numbers in data.npz. */
export const rowArrays = { train: 'rows_train', validation: 'rows_validation', test: 'rows_test' } as const

/** One line a value: name, shape, and what kind of number. */
export function arrayWords(plan: Plan, values: readonly ValueName[]): readonly string[] {
  return values.map((value) => {
    const { shape, dtype } = specOf(plan, value)
    const kind = dtype === 'int32' ? 'int32' : 'float32'
    return `${arrayName(value)}: ${formatShape(shape)}, ${kind}`
  })
}

/** Whether the training samples are dealt anew in every epoch. */
function shuffles(plan: Plan): boolean {
  const [path] = plan.data
  return path !== undefined && plan.byPath.get(path)?.params['shuffle'] === true
}

export function dataFile(plan: Plan, values: readonly ValueName[]): string {
  const rows = arrayWords(plan, values).map((line) => `    ${line}\n`)
  return `"""The samples: data.npz holds one array for each output of a data node (B is the number of samples),

${rows.join('')}
and the numbers of the samples in each split: ${Object.values(rowArrays).join(', ')} (int32; all but the
first may be missing).
"""
from pathlib import Path

import numpy as np
import torch

ARRAYS = [${values.map((value) => `"${arrayName(value)}"`).join(', ')}]
SHUFFLE = ${shuffles(plan) ? 'True' : 'False'}


class Samples:
    """All samples, on one device."""

    def __init__(self, path, device="cpu"):
        if not Path(path).exists():
            raise SystemExit(f"There is no {path}. It should hold {', '.join(ARRAYS)} and rows_train; data.py says how.")
        with np.load(path) as file:
            self.arrays = [tensor(file[name]).to(device) for name in ARRAYS]
            self.rows = {name[5:]: file[name] for name in file.files if name.startswith("rows_")}

    def batch(self, rows):
        """These samples of every array."""
        index = torch.from_numpy(np.asarray(rows, np.int64)).to(self.arrays[0].device)
        return [array[index] for array in self.arrays]

    def training_rows(self, seed, epoch):
        """The training samples in the order of an epoch (from 0), the same as in Wiregrad."""
        rows = self.rows["train"]
        return rows[permutation(seed, "data:shuffle", epoch, len(rows))] if SHUFFLE else rows


def tensor(array):
    """Whole numbers as PyTorch wants them."""
    return torch.from_numpy(array.astype(np.int64) if array.dtype.kind in "iu" else array.astype(np.float32))


def permutation(seed, name, step, count):
    """0 to count - 1 in random order (Fisher & Yates, from the top)."""
    order = np.arange(count)
    for at, word in zip(range(count - 1, 0, -1), random_words(seed, name, step, max(count - 1, 0)), strict=True):
        other = int(word) * (at + 1) >> 32
        order[[at, other]] = order[[other, at]]
    return order


def random_words(seed, name, step, count):
    """The 32-bit words of the stream (seed, name, step): Philox4x32-10 (Salmon et al. 2011)."""
    low = np.uint64(0xFFFFFFFF)
    half = np.uint64(32)
    hashed = 0xCBF29CE484222325
    for byte in name.encode():
        hashed = (hashed ^ byte) * 0x100000001B3 % 2**64
    blocks = np.arange(-(-count // 4), dtype=np.uint64)
    ones = np.ones_like(blocks)
    c0, c1, c2, c3 = blocks, ones * np.uint64(hashed >> 32), ones * np.uint64(step % 2**32), ones * np.uint64(step >> 32)
    k0, k1 = seed % 2**32, hashed % 2**32
    for _ in range(10):
        p0, p1 = c0 * np.uint64(0xD2511F53), c2 * np.uint64(0xCD9E8D57)
        c0, c1, c2, c3 = (p1 >> half) ^ c1 ^ np.uint64(k0), p1 & low, (p0 >> half) ^ c3 ^ np.uint64(k1), p0 & low
        k0, k1 = (k0 + 0x9E3779B9) % 2**32, (k1 + 0xBB67AE85) % 2**32
    return np.stack([c0, c1, c2, c3], axis=1).reshape(-1)[:count]
`
}

export const weightsFile = `"""Reads and writes safetensors: the length of the header, the header in JSON, then the numbers."""
import json
import struct

import numpy as np
import torch

TYPES = {"F32": np.float32, "F64": np.float64, "F16": np.float16, "I64": np.int64, "I32": np.int32}


def read_weights(path):
    """The state dict in a safetensors file."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    header.pop("__metadata__", None)
    state = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        array = np.frombuffer(data[start:end], TYPES[entry["dtype"]]).reshape(entry["shape"])
        state[name] = torch.from_numpy(array.copy())
    return state


def write_weights(path, state):
    """Writes a state dict; Wiregrad opens the file again."""
    names = {np.dtype(kind): name for name, kind in TYPES.items()}
    arrays = {name: value.detach().cpu().contiguous().numpy() for name, value in state.items()}
    arrays = dict(sorted(arrays.items(), key=lambda entry: -entry[1].itemsize))  # keeps wide numbers aligned
    header, length = {"__metadata__": {"format": "pt"}}, 0
    for name, array in arrays.items():
        offsets = [length, length + array.nbytes]
        header[name] = {"dtype": names[array.dtype], "shape": list(array.shape), "data_offsets": offsets}
        length = offsets[1]
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for array in arrays.values():
            file.write(array.tobytes())
`
