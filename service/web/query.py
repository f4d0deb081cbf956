"""Take a handler's parameters from the query string, as strictly as bodies are taken: a record, unknown names refused.

A handler declares a record, mostly one that extends `Filters`; its lists are repeated parameters
(`?treatment=tramadol&treatment=ibuprofen`). Three lines make a handler of it:

    @read("/facets", dependencies={"asked": from_query(FacetsQuery)}, operation_class=documented(FacetsQuery))
    async def facets(asked: NamedDependency[SkipValidation[FacetsQuery]], ...) -> Facets:
        filters = filters_of(asked)
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import msgspec
from litestar.di import Provide
from litestar.openapi.spec import OpenAPIFormat, OpenAPIType, Operation, Parameter, Schema
from msgspec.inspect import Metadata, StructType, Type, VarTupleType, type_info

from config.errors import RequestFault
from indexer.filters import Filters
from indexer.records import Record
from service.web.body import StrictRequest
from service.web.wording import explain_invalid

T = TypeVar("T", bound=Record)

_MOST_PARAMETERS = 1000
_BOUNDS = {"minimum": "minimum", "maximum": "maximum", "minLength": "min_length", "maxLength": "max_length"}
_KEPT = {**_BOUNDS, "enum": "enum", "pattern": "pattern", "default": "default"}


def from_query(kind: type[T]) -> Provide:
    """Return the dependency that reads a record from the query string."""

    def take(request: StrictRequest) -> T:
        return read_query(request.scope["query_string"], kind)

    return Provide(take, sync_to_thread=False)


def read_query(query: bytes, kind: type[T]) -> T:
    """Return the record that a query string holds.

    Raises:
        RequestFault: a parameter is unknown, given twice where one value is meant, or not what the record declares.
    """
    return read_pairs(pairs_of(query), kind)


def read_pairs(pairs: Iterable[tuple[str, str]], kind: type[T]) -> T:
    """Return the record that names and values make; raises what `read_query` raises."""
    found: dict[str, Any] = {}
    lists = _lists(kind)
    known = frozenset(kind.__struct_fields__)
    for name, value in pairs:
        if name not in known:
            found[name] = None  # refused below, by msgspec's own words
        elif name in lists:
            found.setdefault(name, []).append(value)
        elif name in found:
            raise RequestFault(f"{name} is given more than once")
        elif value == "null":
            # Read leniently it would pass for a parameter that was left out.
            raise RequestFault(f"{name} has a value that cannot be used")
        else:
            found[name] = value
    try:
        return msgspec.convert(found, kind, strict=False)
    except msgspec.ValidationError as error:
        raise RequestFault(explain_invalid(str(error)).replace("unknown field", "unknown parameter")) from None


def filters_of(query: Filters) -> Filters:
    """Return the filters of a query alone."""
    return Filters(**{name: getattr(query, name) for name in Filters.__struct_fields__})


def documented(kind: type[Record]) -> type[Operation]:
    """Return the class of operation that declares a record's fields as query parameters in OpenAPI."""
    declared = parameters(kind)

    @dataclass
    class QueryOperation(Operation):
        def __post_init__(self) -> None:
            self.parameters = [*(self.parameters or []), *declared]

    return QueryOperation


def parameters(kind: type[Record]) -> list[Parameter]:
    """Return a record's fields as OpenAPI's query parameters."""
    told = msgspec.json.schema(kind)["$defs"][kind.__name__]
    needed = told.get("required", ())
    return [_parameter(name, schema, required=name in needed) for name, schema in told["properties"].items()]


def _parameter(name: str, schema: Mapping[str, Any], *, required: bool) -> Parameter:
    # A query has no null: what is left out is null.
    options = [option for option in schema.get("anyOf", ()) if option.get("type") != "null"]
    told = {**schema, **options[0]} if options else schema
    return Parameter(
        name=name,
        param_in="query",
        schema=_schema(told),
        description=told.get("description"),
        required=required,
        style="form",
        explode=True,
    )


def _schema(schema: Mapping[str, Any]) -> Schema:
    kept = {_KEPT[name]: value for name, value in schema.items() if name in _KEPT and value not in (None, ())}
    if "type" not in schema:
        return Schema(type=OpenAPIType.STRING, **kept)
    form = OpenAPIFormat(schema["format"]) if "format" in schema else None
    items = _schema(schema["items"]) if "items" in schema else None
    return Schema(type=OpenAPIType(schema["type"]), format=form, items=items, **kept)


def _lists(kind: type[Record]) -> frozenset[str]:
    told = type_info(kind)
    fields = told.fields if isinstance(told, StructType) else ()
    return frozenset(field.encode_name for field in fields if isinstance(_bare(field.type), VarTupleType))


def _bare(kind: Type) -> Type:
    """Return a type without its bounds and description."""
    return kind.type if isinstance(kind, Metadata) else kind


def pairs_of(query: bytes) -> list[tuple[str, str]]:
    """Return the names and values of a query string, or of a form's body, in their order.

    Raises:
        RequestFault: it is not UTF-8, or there are too many.
    """
    try:
        return parse_qsl(
            query.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS
        )
    except UnicodeError:
        raise RequestFault("the query is not UTF-8 in percent encoding") from None
    except ValueError:
        raise RequestFault(f"the query has more than {_MOST_PARAMETERS} parameters") from None
