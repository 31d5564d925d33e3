"""The compiled half of `dedup.memory`: where the data of an array go, block by block.

`ctx` points to five int64: where the region begins and ends, its first free address, the bytes that may still lie in
memory of our own, and the file behind the region. A block in the region has its size in the page before it. A block may
take half of what is left, so that there is always room for smaller ones.
"""
# mypy: disable-error-code="untyped-decorator, no-untyped-def, no-untyped-call, call-arg, unreachable, attr-defined"
# ruff: noqa: ANN001, ANN202, ANN401 -- the decorator's signature is the type

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numba import carray, cfunc, types
from numba.core.types import ExternalFunction
from numba.extending import intrinsic

from dedup.near.kernels import kernel

BLOCK = 1 << 20
PAGE = 1 << 12
_BEGIN, _END, _FREE, _BUDGET, _FILE = range(5)
_KEEP_SIZE_AND_PUNCH_HOLE = 3
_NO_SPACE = 28

_word = types.uintp
_malloc = ExternalFunction("malloc", _word(_word))
_calloc = ExternalFunction("calloc", _word(_word, _word))
_realloc = ExternalFunction("realloc", _word(_word, _word))
_free = ExternalFunction("free", types.void(_word))
_usable = ExternalFunction("malloc_usable_size", _word(_word))
_copy = ExternalFunction("memcpy", _word(_word, _word, _word))
_reserve = ExternalFunction("posix_fallocate", types.int32(types.int32, types.int64, types.int64))
_punch = ExternalFunction("fallocate", types.int32(types.int32, types.int32, types.int64, types.int64))


@intrinsic
def _pointer(_context: Any, address: Any) -> Any:
    """An address as a pointer to int64."""
    signature = types.CPointer(types.int64)(address)

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], context.get_value_type(signature.return_type))

    return signature, generate


def _native(*arguments: Any) -> Callable[[Callable[..., Any]], Any]:
    """A function that C code can call with some words; it gives a word."""

    def compile_it(function: Callable[..., Any]) -> Any:
        try:
            return cfunc(_word(*arguments), cache=True)(function)
        except RuntimeError:  # no folder for the cache can be written
            return cfunc(_word(*arguments))(function)

    return compile_it


@kernel("boolean(int64[::1], int64)")
def _in_region(state, address):
    return address >= state[_BEGIN] and address < state[_END]


@kernel("int64(int64[::1], int64)")
def _spill(state, size):
    """A block in the region, all zeros; 0 where the disk is full."""
    whole = PAGE + (size + PAGE - 1) // PAGE * PAGE
    head = state[_FREE]
    if head + whole > state[_END]:
        return 0
    if _reserve(types.int32(state[_FILE]), types.int64(head - state[_BEGIN]), types.int64(whole)) == _NO_SPACE:
        return 0
    state[_FREE] = head + whole
    carray(_pointer(types.uintp(head)), 1)[0] = size
    return head + PAGE


@kernel("void(int64[::1], int64)")
def _drop(state, address):
    """Give the room of a block in the region back."""
    head = address - PAGE
    whole = PAGE + (carray(_pointer(types.uintp(head)), 1)[0] + PAGE - 1) // PAGE * PAGE
    _punch(
        types.int32(state[_FILE]),
        types.int32(_KEEP_SIZE_AND_PUNCH_HOLE),
        types.int64(head - state[_BEGIN]),
        types.int64(whole),
    )


@_native(_word, _word)
def _allocate(ctx, size):
    state, wanted = carray(_pointer(ctx), 5), types.int64(size)
    if wanted >= BLOCK and 2 * wanted > state[_BUDGET]:
        return _word(_spill(state, wanted))
    block = _malloc(size)
    if wanted >= BLOCK and block != 0:
        state[_BUDGET] -= types.int64(_usable(block))
    return block


@_native(_word, _word, _word)
def _allocate_zeros(ctx, count, each):
    state, wanted = carray(_pointer(ctx), 5), types.int64(count * each)
    if wanted >= BLOCK and 2 * wanted > state[_BUDGET]:
        return _word(_spill(state, wanted))
    block = _calloc(count, each)
    if wanted >= BLOCK and block != 0:
        state[_BUDGET] -= types.int64(_usable(block))
    return block


@_native(_word, _word, _word)
def _allocate_again(ctx, block, size):
    state, wanted, address = carray(_pointer(ctx), 5), types.int64(size), types.int64(block)
    if block != 0 and _in_region(state, address):
        before = carray(_pointer(types.uintp(address - PAGE)), 1)[0]
        moved = _word(_spill(state, wanted))
        if moved != 0:
            _copy(moved, block, _word(min(before, wanted)))
            _drop(state, address)
        return moved
    before = types.int64(_usable(block)) if block != 0 else types.int64(0)
    grown = _realloc(block, size)
    if grown != 0:
        after = types.int64(_usable(grown))
        state[_BUDGET] += (before if before >= BLOCK else 0) - (after if after >= BLOCK else 0)
    return grown


@_native(_word, _word, _word)
def _release(ctx, block, _size):
    state, address = carray(_pointer(ctx), 5), types.int64(block)
    if block == 0:
        return _word(0)
    if _in_region(state, address):
        _drop(state, address)
        return _word(0)
    held = types.int64(_usable(block))
    if held >= BLOCK:
        state[_BUDGET] += held
    _free(block)
    return _word(0)


FUNCTIONS = (_allocate, _allocate_zeros, _allocate_again, _release)
"""malloc, calloc, realloc and free of an array's data, in NumPy's order."""
