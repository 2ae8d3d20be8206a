"""The contracts: what travels on the topics. Pure data; imports pydantic and nothing of ours."""
