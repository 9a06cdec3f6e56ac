"""What the paper says of each experiment: one module and one section of text a question."""
