import os

from moonborn import Moonborn

client = Moonborn(api_key=os.environ["MOONBORN_API_KEY"])

result = client.chat.start_chat_session(
    id=os.environ["MOONBORN_PERSONA_ID"],
    persona_id=os.environ["MOONBORN_PERSONA_ID"],
)
print(result.session.session_id)
