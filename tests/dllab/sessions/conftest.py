"""Sessions of other processes, dead and alive."""

from other_process import dead_session, trainer

__all__ = ["dead_session", "trainer"]
