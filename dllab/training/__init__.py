"""The loop, the session and everything a person does to it."""
