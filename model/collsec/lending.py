"""Parts of kernels that work on what they are lent, and tuples of arrays lent as a whole.

numba counts who holds an array, at each call and each slice, and hands a tuple of arrays over
member by member, an array as its owner, data, shape and strides: a call with fifty arrays has five
hundred arguments, most of them counted. That takes longer to compile than what is done with them,
and longer to run. A part that is `borrowing` counts nothing. In it, what is `lent` stands on the
stack of the lender and is handed on as one pointer.

That rests on steps of numba that are private to it. Where one is missing, as it may be in a later
numba, a borrowing part is compiled as any other, and what is lent is the tuple itself: the answers
are the same, and come later.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any, TypeVar

from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import cgutils, types
from numba.core.compiler import CompilerBase
from numba.core.compiler_machinery import PassManager
from numba.core.dispatcher import Dispatcher
from numba.core.errors import LoweringError, TypingError
from numba.core.imputils import impl_ret_borrowed
from numba.core.registry import cpu_target
from numba.core.types.containers import BaseNamedTuple, NamedTuple, NamedUniTuple
from numba.core.typing.templates import AttributeTemplate
from numba.extending import (
    infer_getattr,
    intrinsic,
    lower_getattr_generic,
    models,
    register_model,
)

from collsec.kernel import COUNTS, part

_Tuple = TypeVar("_Tuple")
_TUPLES = NamedTuple, NamedUniTuple


def _inside(module: str, *names: str) -> list[Any]:
    """Return what numba has inside by these names; None for what it has no more."""
    try:
        found = importlib.import_module(f"numba.core.{module}")
    except ImportError:
        return [None] * len(names)
    return [getattr(found, name, None) for name in names]


_STEPS = (
    *_inside(
        "untyped_passes",
        "TranslateByteCode", "FixupArgs", "IRProcessing", "GenericRewrites", "ReconstructSSA",
    ),
    *_inside(
        "typed_passes",
        "NopythonTypeInference", "PreLowerStripPhis", "IRLegalization", "NativeLowering",
        "NoPythonBackend",
    ),
)  # fmt: skip
(_CONFIGS,) = _inside("targetconfig", "ConfigStack")
_LENDS = COUNTS and _CONFIGS is not None and None not in _STEPS
"""Whether this numba has all that lending rests on."""


class _Plain(CompilerBase):  # type: ignore[misc]
    """numba's steps, less those that rewrite what parts do not contain.

    That is closures, array expressions, literal unrolling, and branches decided by constants. Each
    step costs a part a pass or two through all its variables.
    """

    def define_pipelines(self) -> list[Any]:
        """Return the steps."""
        passes = PassManager("borrowing")
        for step in _STEPS:
            passes.add_pass(step, step.__name__)
        passes.finalize()
        return [passes]


def borrowing(function: Callable[..., Any]) -> Any:
    """Compile a part that makes no array: whoever calls it holds those that it works on.

    Slices it may take. It may return a tuple of them to another such part, but to none that counts,
    which would count them down.
    """
    if not _LENDS:
        return part(function)
    compiled = part(function, _nrt=False, pipeline_class=_Plain)
    usual = compiled.get_call_template

    def to_borrowers(arguments: Any, by_name: Any) -> Any:
        template = usual(arguments, by_name)
        if _CONFIGS().top().nrt and any(map(_has_arrays, compiled.overloads.values())):
            raise TypingError(f"{function.__qualname__} returns arrays, to borrowing parts alone")
        return template

    compiled.get_call_template = to_borrowers
    return compiled


def _has_arrays(compiled: Any) -> Any:
    """Whether a compiled function returns anything that is counted."""
    model = cpu_target.target_context.data_model_manager[compiled.signature.return_type]
    return model.contains_nrt_meminfo()


class Lent(types.Type):
    """A named tuple by reference; its members that are named tuples are lent with it.

    A part that is an attribute of the tuple's class may be called as such, so that other parts work
    on tuples of several classes.
    """

    def __init__(self, of: Any) -> None:
        self.of = of
        super().__init__(f"Lent{of.instance_class.__name__}")

    @property
    def key(self) -> Any:
        """What tells this type from others: the types of all members."""
        return self.of


@register_model(Lent)
class _Reference(models.PrimitiveModel):  # type: ignore[misc]
    """A pointer, through which nothing is written."""

    def __init__(self, manager: Any, lent_: Lent) -> None:
        members = manager.lookup(lent_.of).get_value_type()
        super().__init__(manager, lent_, ir.PointerType(members))

    def from_argument(self, _builder: Any, value: Any) -> Any:
        """Say that nobody writes to the tuple meanwhile, so that members are read once."""
        value.add_attribute("noalias")
        return value

    def as_return(self, _builder: Any, _value: Any) -> Any:
        """Refuse: the tuple is gone when its lender returns."""
        raise LoweringError("what is lent cannot be returned")


def _part_of(tuple_: Any, name: str) -> Any:
    """Return the type of a part that is an attribute of the class of a tuple, or None."""
    function = getattr(tuple_.instance_class, name, None)
    return types.Dispatcher(function) if isinstance(function, Dispatcher) else None


@infer_getattr
class _Members(AttributeTemplate):  # type: ignore[misc]
    """Types of members."""

    key = Lent

    def generic_resolve(self, lent_: Lent, name: str) -> Any:
        """Return the type of a member, or of a part that is an attribute of the class."""
        if name not in lent_.of.fields:
            return _part_of(lent_.of, name)
        member = lent_.of[lent_.of.fields.index(name)]
        return Lent(member) if isinstance(member, _TUPLES) else member


@lower_getattr_generic(Lent)
def _member(context: Any, builder: Any, lent_: Lent, value: Any, name: str) -> Any:
    if name not in lent_.of.fields:
        return context.get_dummy_value()
    place = lent_.of.fields.index(name)
    pointer = cgutils.gep_inbounds(builder, value, 0, place)
    member = lent_.of[place]
    if isinstance(member, _TUPLES):
        return pointer
    return impl_ret_borrowed(context, builder, member, builder.load(pointer))


if not _LENDS:

    @infer_getattr
    class _Parts(AttributeTemplate):  # type: ignore[misc]
        """Types of parts of tuples that are not lent."""

        key = BaseNamedTuple

        def generic_resolve(self, tuple_: Any, name: str) -> Any:
            """Return the type of a part that is an attribute of the class; of a member None."""
            return None if name in tuple_.fields else _part_of(tuple_, name)

    @lower_getattr_generic(NamedTuple)
    @lower_getattr_generic(NamedUniTuple)
    def _entry(context: Any, builder: Any, tuple_: Any, value: Any, name: str) -> Any:
        if name not in tuple_.fields:
            return context.get_dummy_value()
        place = tuple_.fields.index(name)
        entry = builder.extract_value(value, place)
        return impl_ret_borrowed(context, builder, tuple_[place], entry)


@intrinsic
def _lend(_context: Any, given: Any) -> Any:
    def keep(context: Any, builder: Any, _: Any, values: Any) -> Any:
        return impl_ret_borrowed(context, builder, given, values[0])

    def lend(context: Any, builder: Any, _: Any, values: Any) -> Any:
        if context.enable_nrt:
            raise LoweringError("only a borrowing part may lend: others drop arrays too early")
        return cgutils.alloca_once_value(builder, values[0])

    return (Lent(given)(given), lend) if _LENDS else (given(given), keep)


lent: Callable[[_Tuple], _Tuple] = _lend
"""Return a named tuple of arrays by reference, in a borrowing part.

It is good until that part returns, or lends another one in the same place of its code.
"""
