"""What a valid call is beyond the document: rules between two fields, and values that only the service can issue."""

import os

import schemathesis

PERSONA_ID = os.environ["MOONBORN_PERSONA_ID"]
REFUSED = os.environ.get("FUZZ_CREDENTIALS") == "invalid"

LISTS = {"listChatSessionsForPersona", "listChatSessions"}

issued_cursors: set[tuple[str | None, str | None, str | None, str]] = set()


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.meta is None or not case.meta.generation.mode.is_positive:
        return
    if case.operation.path == "/v1/personas/{id}/chat/sessions":
        # Made-up personas are not found, and then nothing else of the call is looked at.
        case.path_parameters["id"] = PERSONA_ID
        if isinstance(case.body, dict):
            case.body["personaId"] = PERSONA_ID
    if "cursor" in (case.query or {}) and cursor_of(case) not in issued_cursors:
        del case.query["cursor"]


@schemathesis.hook
def after_call(context, case, response):
    if case.operation.definition.raw.get("operationId") in LISTS and response.status_code == 200:
        page = response.json()
        issued_cursors.add((*list_of(case), page["nextCursor"]))


@schemathesis.check
def refuses_invalid_credentials(ctx, response, case):
    if REFUSED and response.status_code < 300:
        raise AssertionError(f"Answered {response.status_code} to credentials that nobody issued")


def list_of(case):
    query = case.query or {}
    return (case.path_parameters or {}).get("id"), query.get("personaId"), query.get("status")


def cursor_of(case):
    return *list_of(case), case.query["cursor"]
