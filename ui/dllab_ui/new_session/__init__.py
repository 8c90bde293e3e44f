"""The parts of the dialog *New session*: what is found out about data, and what is chosen."""
