"""The one place where ONNX Runtime sessions are made: from bytes whose hash was checked, with the same frugal options.

Sessions give their threads back at once instead of spinning (several models share few cores) and take memory from
the ordinary allocator instead of an arena, which would keep the largest batch's memory for good. Products in 8 bits are
exact on every processor: without VNNI the faster instruction clips sums of two products at 16 bits, and answers would
depend on the machine. It clips nothing where weights need 7 bits, as the reader's do, and ONNX Runtime uses it there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from qa.errors import ModelError

if TYPE_CHECKING:
    import onnxruntime as ort

_ERRORS_ONLY = 3
_EXACT = "session.x64quantprecision"
"""ONNX Runtime's name for 8-bit products that do not clip (kOrtSessionOptionsAvx2PrecisionMode)."""


def read_checked(path: Path, sha256: str | None) -> bytes:
    """The bytes of a model file, with the SHA-256 that is expected of it (None: any).

    Raises:
        ModelError: the file cannot be read, or is another than expected.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise ModelError(f"the model file {path} is missing") from None
    except OSError as error:
        raise ModelError(f"the model file {path} cannot be read: {error.strerror}") from None
    if sha256 is not None and hashlib.sha256(data).hexdigest() != sha256:
        raise ModelError(f"the model file {path} is damaged or of another version: its SHA-256 is not {sha256}")
    return data


def open_session(
    path: Path, *, sha256: str | None, threads: int, weights: Mapping[str, NDArray[Any]] | None = None
) -> ort.InferenceSession:
    """A session on the CPU over the model at ``path``, which must have the hash ``sha256`` (None: any).

    ``weights`` are the arrays of a model whose file holds the graph alone, by the name of the initialiser; the
    session copies what it needs of them.

    Raises:
        ModelError: the file is missing, has another hash, or is no model that ONNX Runtime can run.
    """
    import onnxruntime as ort
    from onnxruntime.capi import onnxruntime_pybind11_state as errors

    model = read_checked(path, sha256)
    options = _options(threads)
    if weights:
        arrays = [np.ascontiguousarray(array) for array in weights.values()]
        options.add_external_initializers(list(weights), [ort.OrtValue.ortvalue_from_numpy(a) for a in arrays])
    try:
        return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except (
        errors.Fail,
        errors.InvalidArgument,
        errors.InvalidGraph,
        errors.InvalidProtobuf,
        errors.NotImplemented,
        errors.RuntimeException,
    ) as error:
        raise ModelError(f"the model file {path} cannot be run: {' '.join(str(error).split())[:200]}") from None


def _options(threads: int) -> ort.SessionOptions:
    import onnxruntime as ort

    ort.disable_telemetry_events()
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = ort.ExecutionMode.ORT_SEQUENTIAL
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.enable_cpu_mem_arena = False
    options.enable_mem_pattern = False
    options.log_severity_level = _ERRORS_ONLY
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.add_session_config_entry(_EXACT, "1")
    return options
