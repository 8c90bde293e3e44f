"""Dialogs that never block: each is opened with ``open()`` and answers with a signal."""
