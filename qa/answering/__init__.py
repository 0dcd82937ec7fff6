"""What the asking river does on its way: understand the question, gather evidence, compose the answer, verify it."""
