"""The recipes that come with dllab."""
