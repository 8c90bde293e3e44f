"""Where checkpoints and the journal go: a folder, memory, or a folder that is only looked at."""

from dllab.training.folder_store import FolderStore
from dllab.training.memory_store import MemoryStore
from dllab.training.read_only_store import ReadOnlyStore
from dllab.training.storage import Store, Written

__all__ = ["FolderStore", "MemoryStore", "ReadOnlyStore", "Store", "Written"]
