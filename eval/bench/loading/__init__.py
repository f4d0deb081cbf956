"""The parts of `eval.bench.load`: clients, the server under load, what is published meanwhile, and the report."""
