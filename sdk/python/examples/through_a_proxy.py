import os

import httpx2

from moonborn import Moonborn

with httpx2.Client(proxy=os.environ["COMPANY_PROXY"]) as http_client:
    client = Moonborn(http_client=http_client)
    result = client.chat.start_chat_session(
        id=os.environ["MOONBORN_PERSONA_ID"],
        persona_id=os.environ["MOONBORN_PERSONA_ID"],
    )
    print(result.session.session_id)
