"""A FastAPI endpoint that starts chat sessions for its own web page, which never sees the API key."""

from contextlib import asynccontextmanager
from math import ceil
from typing import Annotated, Optional

from fastapi import FastAPI, Header, HTTPException, Request
from moonborn import AsyncMoonborn, NotFoundError, RateLimitError
from pydantic import BaseModel


@asynccontextmanager
async def lifespan(app: FastAPI):
    async with AsyncMoonborn() as client:
        app.state.moonborn = client
        yield


app = FastAPI(lifespan=lifespan)


class StartChat(BaseModel):
    personaId: str


@app.post("/api/chat/sessions", status_code=201)
async def start_chat(body: StartChat, request: Request, idempotency_key: Annotated[Optional[str], Header()] = None):
    try:
        # One key for each click, made by the page: a click that is sent twice starts one session.
        result = await request.app.state.moonborn.chat.start_chat_session(
            id=body.personaId, persona_id=body.personaId, idempotency_key=idempotency_key
        )
    except NotFoundError:
        raise HTTPException(404, "There is no such persona.") from None
    except RateLimitError as error:
        seconds = str(ceil(error.retry_after_seconds or 1))
        raise HTTPException(429, "Too many chats at once.", headers={"Retry-After": seconds}) from None
    return {"sessionId": result.session.session_id}
