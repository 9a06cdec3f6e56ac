"""The paper: its text in Typst, and the numbers and tables that it quotes."""
