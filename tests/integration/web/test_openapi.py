"""What schemathesis makes of the OpenAPI document, valid and invalid, sent to the API over the sample letters.

No answer may be a failure of the program, and each must be as the document declares: status, content type, body.
`--hypothesis-profile=explore` (in `make bench`) sends thousands of cases.
"""

from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck
from schemathesis.checks import CHECKS
from schemathesis.generation import GenerationMode

from config.settings import Settings
from service.precedents import PrecedentService
from service.web.app import create_app

OPERATIONS = [
    "POST /api/search",
    "POST /api/evidence",
    "POST /api/evidence/check",
    "POST /api/parse",
    "GET /api/determinations/{id}",
    "HEAD /api/determinations/{id}",
    "GET /api/determinations/{id}/items/{n}/similar",
    "HEAD /api/determinations/{id}/items/{n}/similar",
    *(
        f"{method} /api/{name}"
        for name in ("items", "facets", "outcomes", "guidelines", "reasons")
        for method in ("GET", "HEAD")
    ),
    "GET /health/live",
    "HEAD /health/live",
    "GET /health/ready",
    "HEAD /health/ready",
]
# Nothing can be wrong of an id, which is any text, or where nothing is sent.
_NEVER_WRONG = ("/api/determinations/{id}", "/health/live", "/health/ready")
TRIED = [
    (label, mode)
    for label in OPERATIONS
    for mode in GenerationMode
    if mode is GenerationMode.POSITIVE or not label.endswith(_NEVER_WRONG)
]
# Some 300 in all by the profile of the suite, thousands by `explore`.
CASES = hypothesis.settings().max_examples // 12
# Of the addresses made at random none is of a letter.
_THERE = {"id": "SAMPLE-0011", "n": 2}
_CHECKS = ["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance"]


@pytest.fixture(scope="module")
def schema(sample_settings: Settings, sample_service: PrecedentService) -> Iterator[Any]:
    """The API's operations, which call the application in this process."""
    server = sample_settings.server.model_copy(update={"allowed_hosts": ("testserver",)})
    app = create_app(sample_settings.model_copy(update={"server": server}), sample_service)
    return schemathesis.openapi.from_asgi("/schema/openapi.json", app)


def test_every_operation_is_tried(schema: Any) -> None:
    assert {one.ok().label for one in schema.get_all_operations()} == set(OPERATIONS)
    assert CASES * len(TRIED) >= 300


@pytest.mark.parametrize(("label", "mode"), TRIED, ids=[f"{label}-{mode.value}" for label, mode in TRIED])
def test_answers_are_as_declared(schema: Any, label: str, mode: GenerationMode) -> None:
    method, _, path = label.partition(" ")
    operation = schema[path][method]
    checks = [CHECKS.get_one(name) for name in _CHECKS]
    if mode is GenerationMode.POSITIVE:
        checks.append(CHECKS.get_one("unsupported_method"))

    cases = operation.as_strategy(generation_mode=mode)
    named = {name: value for name, value in _THERE.items() if f"{{{name}}}" in path}
    if named and mode is GenerationMode.POSITIVE:
        cases |= operation.as_strategy(generation_mode=mode, path_parameters=named)

    @hypothesis.settings(max_examples=CASES, suppress_health_check=list(HealthCheck))
    @hypothesis.given(case=cases)
    def run(case: Any) -> None:
        case.call_and_validate(checks=checks)

    run()
