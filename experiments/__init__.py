"""One question per file: what is computed (.py) and what can be tweaked (.toml)."""
