import asyncio
import os

from moonborn import AsyncMoonborn


async def main() -> None:
    async with AsyncMoonborn(api_key=os.environ["MOONBORN_API_KEY"]) as client:
        result = await client.chat.start_chat_session(
            id=os.environ["MOONBORN_PERSONA_ID"],
            persona_id=os.environ["MOONBORN_PERSONA_ID"],
        )
        print(result.session.session_id)


asyncio.run(main())
