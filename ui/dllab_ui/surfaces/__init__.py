"""The lab beside the training: cost surfaces with the optimizers' paths, and moving averages."""
