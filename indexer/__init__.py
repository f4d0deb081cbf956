"""Floor 1: a letter goes in, a published index comes out."""
