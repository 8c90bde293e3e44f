"""Arrays: NumPy files, IDX, and HDF5 of any layout."""
