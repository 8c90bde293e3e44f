"""The parts of the search dock."""
