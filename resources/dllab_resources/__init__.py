"""What dllab ships besides code: data sets, recipes, icons, themes and help."""
