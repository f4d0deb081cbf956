"""The OpenAPI document: whole, consistent, and served without anything from elsewhere."""

from collections.abc import Iterator
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

Client = TestClient[Litestar]
OPERATIONS = {
    ("post", "/api/search"),
    ("post", "/api/evidence"),
    ("post", "/api/evidence/check"),
    ("post", "/api/parse"),
    ("get", "/api/determinations/{id}"),
    ("head", "/api/determinations/{id}"),
    ("get", "/api/determinations/{id}/items/{n}/similar"),
    ("get", "/api/items"),
    ("get", "/api/facets"),
    ("get", "/api/outcomes"),
    ("get", "/api/guidelines"),
    ("get", "/health/live"),
    ("head", "/health/live"),
    ("get", "/health/ready"),
    ("head", "/health/ready"),
}


@pytest.fixture
def schema(client: Client) -> dict[str, Any]:
    document: dict[str, Any] = client.get("/schema/openapi.json").json()
    return document


def _operations(schema: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            yield method, path, operation


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def test_every_endpoint_is_there(schema: dict[str, Any]) -> None:
    assert schema["openapi"].startswith("3.1")
    assert {(method, path) for method, path, _ in _operations(schema)} >= OPERATIONS


def test_every_response_has_a_schema(schema: dict[str, Any]) -> None:
    for method, path, operation in _operations(schema):
        assert "500" in operation["responses"], (method, path)
        for status, response in operation["responses"].items():
            content = response["content"]["application/json"]["schema"]
            assert content, (method, path, status)
            if int(status) >= 400:
                assert content == {"$ref": "#/components/schemas/Problem"}, (method, path, status)


def test_every_reference_leads_somewhere(schema: dict[str, Any]) -> None:
    names = schema["components"]["schemas"]
    references = set(_references(schema))
    assert references
    assert {reference.removeprefix("#/components/schemas/") for reference in references} <= set(names)


def test_operation_ids_are_unique(schema: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, _, operation in _operations(schema)]
    assert len(ids) == len(set(ids))


def test_bodies_are_declared_with_their_bounds(schema: dict[str, Any]) -> None:
    search = schema["components"]["schemas"]["SearchRequest"]
    assert search["required"] == ["text"]
    assert search["properties"]["limit"]["default"] == 10
    assert (search["properties"]["limit"]["minimum"], search["properties"]["limit"]["maximum"]) == (1, 100)
    evidence = schema["components"]["schemas"]["EvidenceRequest"]["properties"]
    assert (evidence["max_tokens"]["minimum"], evidence["max_tokens"]["maximum"]) == (50, 100_000)
    parse = schema["paths"]["/api/parse"]["post"]["requestBody"]["content"]
    assert set(parse) == {"multipart/form-data", "application/pdf", "text/plain"}


def test_dates_are_strings_of_a_date(schema: dict[str, Any]) -> None:
    decided = schema["components"]["schemas"]["Precedent"]["properties"]["decision_date"]
    assert {"type": "string", "format": "date"} in decided["oneOf"]


def test_the_schema_s_own_page_is_the_same_document(client: Client, schema: dict[str, Any]) -> None:
    response = client.get("/schema")
    assert response.json() == schema
    assert "html" not in response.headers["content-type"]
    assert "cdn" not in response.text
