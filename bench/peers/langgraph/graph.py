"""The smallest graph that the development server of LangGraph loads. No run is started: only threads are made."""

from langgraph.graph import MessagesState, StateGraph

builder = StateGraph(MessagesState)
builder.add_node("answer", lambda state: {"messages": []})
builder.set_entry_point("answer")
graph = builder.compile()
