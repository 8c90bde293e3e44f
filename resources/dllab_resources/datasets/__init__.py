"""Data sets that come with dllab, in the format of `dllab.data.hdf5`."""
