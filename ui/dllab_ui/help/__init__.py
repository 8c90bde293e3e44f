"""The pages of F1: what they are made of, how they look, and the window that shows them."""
