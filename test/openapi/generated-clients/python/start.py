"""Starts a session with the client that openapi-python-client generates, and prints the session."""

import json
import os

from generated_client import AuthenticatedClient
from generated_client.api.chat import start_chat_session
from generated_client.models import StartChatSessionRequest, StartedSession

persona_id = os.environ["MOONBORN_PERSONA_ID"]
client = AuthenticatedClient(base_url=os.environ["MOONBORN_BASE_URL"], token=os.environ["MOONBORN_API_KEY"])
answer = start_chat_session.sync(
    persona_id,
    client=client,
    body=StartChatSessionRequest(persona_id=persona_id, title=os.environ["TITLE"]),
    idempotency_key=os.environ["IDEMPOTENCY_KEY"],
)
if not isinstance(answer, StartedSession):
    raise SystemExit(f"Not started: {answer}")
print(json.dumps(answer.session.to_dict()))
