"""A session as the API answers it."""

from __future__ import annotations

from typing import Any

SESSION: dict[str, Any] = {
    "sessionId": "chs_01JGJ0000000000000000000ZZ_psn_demo",
    "orgId": "org_demo",
    "workspaceId": "ws_demo",
    "personaId": "psn_demo",
    "userId": "usr_demo",
    "title": "Chat with Demo",
    "status": "active",
    "messageCount": 1,
    "inputTokens": 2,
    "outputTokens": 3,
    "costUsdMicros": 4,
    "startedAt": "2025-01-02T03:04:05.678Z",
    "lastActiveAt": "2025-01-02T03:04:05.678Z",
    "endedAt": "",
}
