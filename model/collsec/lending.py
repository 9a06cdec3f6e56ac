"""Tuples of arrays that a kernel lends to its parts: these get one pointer in place of all members.

numba hands a tuple over member by member, an array as its data, shape, strides and owner: a tuple
of fifty arrays makes a call of five hundred arguments, which take longer to compile than what is
done with them. What is `lent` stands on the stack of the lender, and is read from there.
"""

from __future__ import annotations

from typing import Any

from llvmlite import ir
from numba.core import cgutils, errors, types
from numba.core.imputils import impl_ret_borrowed
from numba.core.typing.templates import AttributeTemplate, infer_getattr
from numba.extending import intrinsic, lower_getattr_generic, models, register_model


class Lent(types.Type):
    """A named tuple by reference; its members that are named tuples are lent with it."""

    def __init__(self, of: Any) -> None:
        self.of = of
        super().__init__(f"Lent{of.instance_class.__name__}")

    @property
    def key(self) -> Any:
        """What tells this type from others: the types of all members."""
        return self.of


@register_model(Lent)
class _LentModel(models.PrimitiveModel):
    """A pointer, through which nothing is written."""

    def __init__(self, dmm: Any, fe_type: Lent) -> None:
        super().__init__(dmm, fe_type, ir.PointerType(dmm.lookup(fe_type.of).get_value_type()))

    def from_argument(self, builder: Any, value: Any) -> Any:
        value.add_attribute("noalias")
        return value


@infer_getattr
class _Members(AttributeTemplate):
    key = Lent

    def generic_resolve(self, lent_: Lent, name: str) -> Any:
        if name not in lent_.of.fields:
            return None
        member = lent_.of[lent_.of.fields.index(name)]
        return Lent(member) if isinstance(member, types.BaseNamedTuple) else member


@lower_getattr_generic(Lent)
def _member(context: Any, builder: Any, lent_: Lent, value: Any, name: str) -> Any:
    place = lent_.of.fields.index(name)
    pointer = cgutils.gep_inbounds(builder, value, 0, place)
    member = lent_.of[place]
    if isinstance(member, types.BaseNamedTuple):
        return pointer
    return impl_ret_borrowed(context, builder, member, builder.load(pointer))


@intrinsic
def lent(typing_context: Any, given: Any) -> Any:
    """Return a named tuple as a reference, good until the function returns that lends it.

    For functions that count no references to arrays, as others would drop them too early.
    """

    def lend(context: Any, builder: Any, _: Any, values: Any) -> Any:
        if context.enable_nrt:
            raise errors.LoweringError("only a part that borrows may lend")
        return cgutils.alloca_once_value(builder, values[0])

    return Lent(given)(given), lend
