"""One module per dock: widgets in, snapshot shown, intents out. Docks never import each other."""
