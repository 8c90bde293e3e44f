"""The network: parameters as views of one vector, and the passes over them."""
